"""What the papers report in sequences until solved, as data, and the two runs that are made of it.

Hochreiter, Schmidhuber (1997), Neural Computation 9(8), tables 1, 2, 4, 5, 6, 7, 8 and 9, means of
10 to 30 runs each; Weiss, Goldberg, Yahav (2018), ACL, arXiv:1805.04908.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gatelab import Network, tasks, variants
from gatelab.tasks.counting import LETTERS, strings
from gatelab.tasks.framework.stopping import judge
from gatelab.trials.solving import solve
from gatelab.trials.trial import run_trial, splits_of

TIMES = 3  # the paper's number: within it is reached
PATIENCE = 5  # the paper's number: a run that takes longer is given up
CHRONO = {"init": "chrono", "hidden": 8, "lr": 3e-3}
KEEPING = {"hidden": 16, "lr": 3e-3}


@dataclass(frozen=True)
class Protocol:
    """A task under its paper's stop rule, and a cell with settings that were found for it.

    Attributes:
        name: of the experiment; paper: sequences it needed there; tested: what was wrong of test
            sequences after that, if the paper says.
    """

    name: str
    task: str
    paper: int
    tested: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    cell: str = "standard"
    settings: Mapping[str, Any] = field(default_factory=lambda: CHRONO)

    @property
    def rule(self):
        """When a run is over."""
        return tasks.make(self.task, **self.options).stop

    @property
    def given(self):
        """Arguments of ``sequences`` but for the seed."""
        return {
            "task": self.task, "options": dict(self.options), "cell": self.cell,
            "settings": dict(self.settings), "budget": PATIENCE * self.paper,
        }  # fmt: skip


PROMISED = (
    Protocol("adding, T = 100", "adding_ragged", 74_000, "1 of 2,560, error below 0.01"),
    Protocol("temporal order 6a", "temporal_order", 31_390, "1 of 2,560, error below 0.1"),
    Protocol("long lag 2a, p = 100", "long_lag", 5_040, cell="no_forget_gate", settings=KEEPING),
    Protocol(
        "embedded Reber", "embedded_reber", 8_440, "none",
        settings={"hidden": 16, "lr": 1e-2},
    ),
)  # fmt: skip
BESIDE = (
    Protocol("long lag 2a, p = 100", "long_lag", 5_040),
    Protocol("long lag 2a, p = 100", "long_lag", 5_040, cell="original", settings=KEEPING),
    Protocol(
        "long lag 2b, p = 100", "long_lag", 5_680, options={"form": "2b"},
        cell="no_forget_gate", settings=KEEPING,
    ),
    Protocol("two sequences 3a", "two_sequence", 39_850, "0.5 of 2,560"),
    Protocol("two sequences 3b", "two_sequence", 43_250, "21 of 2,560", {"form": "3b"}),
    Protocol(
        "two sequences 3c", "two_sequence", 269_650, "14 of 2,560, error 0.014", {"form": "3c"},
        settings=CHRONO | {"lr": 1e-3},
    ),
    Protocol(
        "multiplication, n = 140", "multiplication", 482_000, "139 of 2,560, error below 0.026"
    ),
    Protocol("temporal order 6b", "temporal_order", 571_100, "2 of 2,560", {"classes": 8}),
)  # fmt: skip

READING = {"hidden": 32, "lr": 1e-2, "batch": 32, "updates": 6000}
COUNTING = {"init": "chrono", "hidden": 20, "lr": 1e-2, "batch": 1, "updates": 20_000}
LSTMS = ("standard", "peephole", "original", "no_forget_gate")
#: Cells that learn a^n b^n up to ``TRAINED``, and their settings. LSTMs should count on beyond.
COUNTERS = dict.fromkeys((*LSTMS, "gru"), COUNTING)
TRAINED, BEYOND, LONGEST = 50, 100, 1000


def sequences(task, options, cell, settings, budget, seed):
    """The record of a run until solved, or given up; ``solving.solve`` says what is in it."""
    task = tasks.make(task, **options)
    return solve(task, variants.get(cell), settings, seed, budget=budget)


def foretold(cell, settings, seed):
    """What a cell foretells of unseen strings of the embedded Reber grammar, after a fixed budget.

    Returns:
        legal: the share of steps with exactly the legal symbols; strings: how many were read.
    """
    task = tasks.make("embedded_reber", valid_sequences=256)
    splits = splits_of(task, seed)
    record = run_trial(task, variants.get(cell), settings, seed, 0, splits)
    return {"legal": record["best"]["test_legal"], "strings": len(splits.test.x)}


def counted(cell, settings, trained, longest, seed):
    """Up to which n a cell accepts every string of a^n b^n, having learned those up to ``trained``.

    Returns:
        accepted: that n, at most ``longest``; learned: whether all it was trained on are accepted.
    """
    task = tasks.make("counting", train_n=trained, test_n=2 * trained)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        run_trial(
            task, variants.get(cell), settings, seed, 0, splits_of(task, seed), weights=path
        )  # fmt: skip
        n = reach(Network.load(path), task, longest)
    return {"accepted": n, "learned": n >= trained}


def reach(network, task, longest, at_once=50):
    """The largest n up to which every string is accepted: all of its sets exactly right."""
    for first in range(1, longest + 1, at_once):
        n = np.arange(first, min(first + at_once, longest + 1))
        batch = strings(n, LETTERS[task.language])
        outputs = network.predict(batch.x, batch.lengths)
        right = judge(task.stop, task.kind, outputs, batch).right
        if not right.all():
            return int(n[right.argmin()]) - 1
    return longest
