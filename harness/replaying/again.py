"""Running a recorded training run again, in a process like a study's."""

import ast
import math
from concurrent.futures import wait
from contextlib import closing

from gatelab import tasks, variants
from gatelab.tasks.framework.metrics import METRICS

from ..errors import GatelabError, StudyError
from ..foundation.errors import first_line
from ..foundation.jsonable import plain
from ..foundation.processor import processor
from ..running import worker
from ..running.order import Order
from ..running.pool import DIED, Pool
from ..running.study import cell_identity
from ..trials.identity import digest
from ..trials.record import Record, versions
from ..trials.trial import splits_of

DEATH, HANG = "its process died", "no progress for "


def made(kept, spelled=None):
    """The task and the class of the cell of a recorded run.

    Args:
        kept: ``Kept``.
        spelled: the task as it was given to the study; None if its name is enough.

    Raises:
        GatelabError: there is no such task or cell here.
    """
    return _task(kept, spelled), _cell(kept.variant)


def changed(kept, task, variant):
    """What is not as it was, in words.

    Returns:
        (essential, other): of the task and the cell, which another run would be; and of versions
        and the processor, with which the numbers may be the same all the same.
    """
    before = kept.provenance
    essential = _options(before["task"], task) + _of_cell(before["cell"], variant)
    if not essential and digest(splits_of(task, kept.seed)) != before["data"]:
        essential = [f"the data of {task.name} are others"]
    other = [
        f"{name} {before['versions'].get(name, 'none')} then, {now} now"
        for name, now in versions().items()
        if now != before["versions"].get(name)
    ]
    if kept.processor != processor():
        other.append(f"processor {kept.processor} then, {processor()} now")
    return essential, other


def run(kept, task, variant):
    """Train it again, from nothing but what is kept.

    Returns:
        Record, as the search would have stored it.

    Raises:
        StudyError: it made no progress when it was run, so that it would not end now either.
    """
    if str(kept.reason).startswith(HANG):
        raise StudyError(f"{kept.name} made no progress and was ended; there is nothing to compare")
    order = Order(
        1, 0, 0, kept.provenance["given"], kept.slot, kept.provenance["key"],
        prunes=kept.state == "pruned",
    )  # fmt: skip
    pool = Pool(1, worker.payload([task], [variant], kept.seed))
    with closing(pool):
        record = _trained(pool, order, kept, max((step for _, step in kept.values), default=0))
    score = record.score("valid", METRICS[task.metric].name)
    if record.state == "complete" and not math.isfinite(score):
        return record.failed(f"no finite valid/{task.metric}")
    return record


def _trained(pool, order, kept, last):
    """The worker's record; a pruned run is pruned at the epoch that was its last."""
    future = pool.submit("trial", order)
    while not future.done():
        wait([future, pool.exchange.arrived()], timeout=0.5, return_when="FIRST_COMPLETED")
        for body, answer in pool.exchange.messages():
            if answer is not None:
                answer({"prune": body["kind"] == "rung" and body["epoch"] == last})
    try:
        return future.result()
    except DIED:
        return Record.of_failure(kept.slot, kept.seed, order.given, DEATH)
    except StudyError as error:
        return Record.of_failure(kept.slot, kept.seed, order.given, str(error))


def _task(kept, spelled):
    if spelled is not None:
        return tasks.make(spelled)
    if kept.task not in tasks.names():
        raise StudyError(
            f"no task {kept.task} here: give it as the study had it (--task load.csv:window=48), "
            "or import the file that registers it (--import)"
        )
    options = kept.provenance["task"]
    try:
        given = {name: ast.literal_eval(text) for name, text in options.items()}
    except (ValueError, SyntaxError) as error:
        raise StudyError(
            f"options of {kept.task} cannot be read ({first_line(error)}): give it with --task"
        ) from None
    return tasks.get(kept.task)(**given)


def _cell(name):
    try:
        return variants.get(name)
    except GatelabError as error:
        raise type(error)(f"{error}; a cell of your own comes with --import") from None


def _options(before, task):
    now = {name: repr(value) for name, value in task.options().items()}
    return [
        f"{task.name}: {name} {before.get(name, 'none')} then, {now.get(name, 'none')} now"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def _of_cell(before, variant):
    now, words = plain(cell_identity(variant)), {"equations": "the equations", "values": "values"}
    return [
        f"{words.get(name, name)} of {variant.name} are others"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]
