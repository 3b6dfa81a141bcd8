"""What the tasks draw stays as it is: a study of last year has the sequences of today."""

import hashlib
import json
from itertools import islice
from pathlib import Path

import numpy as np

from gatelab import tasks

KNOWN = Path(__file__).with_name("draws.json")
HERE = [name for name in tasks.names() if not tasks.get(name).reads]
FORMS = {
    name: [{}, *({option: choice} for option, choices in cls.choices.items() for choice in choices)]
    for name, cls in ((name, tasks.get(name)) for name in HERE)
}


def digest(task):
    """Of three training batches, validation and test; rounded: last bits are the processor's."""
    train, valid, test = task.splits(np.random.default_rng(7))
    found = hashlib.sha256()
    for batch in (*islice(train.batches(np.random.default_rng(1), 32), 3), valid, test):
        for array in batch:
            if array is not None:
                rounded = np.round(array.astype(np.float64), 4) + 0.0  # no -0
                found.update(repr(array.shape).encode() + rounded.tobytes())
    return found.hexdigest()[:16]


def drawn():
    """{task with options: digest}, as ``draws.json`` keeps it."""
    return {
        f"{name} {json.dumps(options)}": digest(tasks.make(name, **options))
        for name in HERE
        for options in FORMS[name]
    }


def test_every_generated_task_draws_what_it_drew():
    assert drawn() == json.loads(KNOWN.read_text())


def test_the_digest_sees_a_changed_draw():
    known = json.loads(KNOWN.read_text())
    assert digest(tasks.make("adding", length=49)) != known["adding {}"]
