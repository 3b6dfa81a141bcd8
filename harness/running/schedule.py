"""The training runs of a comparison: which is next, how many are left.

First come the trials of the search, one per slot of the budget; then the rounds, see ``rounds``.
"""

import math
from typing import Any, NamedTuple

from gatelab import variants

from ..searching.search import Search
from ..trials.settings import effective
from .rounds import expected


class Next(NamedTuple):
    """A training run to start."""

    search: Search
    slot: int
    settings: dict[str, Any]
    part: str  # "trial", "final", "again" or "confirm"
    key: str  # of the random draws
    name: str = ""  # of its round; "" for a trial


def open_search(c, storage):
    """Open a comparison's search; slots of trials that a dead process left running are reopened."""
    c.search = Search(
        storage, c.task.name, c.variant.name, c.space, c.metric.name, c.metric.direction,
        c.study.searcher, c.study.seed, c.study.pruning, c.study.pruner,
    )  # fmt: skip
    if c.study.retry_failed:
        c.search.retry_failed()


def next_job(c) -> Next | None:
    """The next training run; None if there is none to start now."""
    if (slot := c.search.next_slot(range(c.study.trials))) is not None:
        return Next(c.search, slot, c.fixed, "trial", "trial")
    for each in c.rounds or ():
        if (slot := each.search.next_slot(each.given)) is not None:
            return Next(each.search, slot, each.given[slot], each.part, each.key, each.name)
    return None


def is_over(c):
    """Whether all runs have ended."""
    ended = c.rounds is not None and len(c.search.ended) >= c.study.trials
    return ended and all(len(each.ended) == len(each.given) for each in c.rounds or ())


def left(c):
    """Number of training runs that have not ended, including those running now.

    As long as a task has trials to go, the number of the runs that follow is an estimate.
    """
    trials = max(c.study.trials - len(c.search.ended), 0)
    if c.rounds is None:
        return trials + expected(c, c.study.of_task(c.task))
    return trials + sum(len(each.given) - len(each.ended) for each in c.rounds)


def middle(c):
    """The middle of the search space, as (settings, the variant's own hyperparameters)."""
    values = effective({name: _middle(entry) for name, entry in c.space.items()} | c.fixed)
    own = variants.hyperparameters(c.variant)
    settings = {name: value for name, value in values.items() if name not in own}
    return settings, {name: value for name, value in values.items() if name in own}


def _middle(entry):
    if isinstance(entry, list):
        return entry[len(entry) // 2]
    low, high = entry[:2]
    middle = math.sqrt(low * high) if len(entry) == 3 else (low + high) / 2
    return round(middle) if isinstance(low, int) and isinstance(high, int) else middle
