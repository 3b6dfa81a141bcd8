"""The training runs of a comparison: which is next, how many are left.

First come the trials of the search, one per slot of the budget. If anything was searched, the best
configuration is then trained again with fresh seeds: the final runs.
"""

import math
from typing import Any

from gatelab import variants

from ..searching.search import Search
from ..trials.settings import effective


def open_search(c, storage):
    """Open a comparison's search; slots of trials that a dead process left running are reopened."""
    c.search = Search(
        storage, c.task.name, c.variant.name, c.space, c.metric.name, c.metric.direction,
        c.study.sampler, c.study.seed, c.study.pruning,
    )  # fmt: skip
    open_finals(c, storage)


def open_finals(c, storage):
    """Open the search that holds the final runs, once every slot has ended."""
    done, best = len(c.search.records()) >= c.study.trials, c.search.best()
    if not (done and best and _has_finals(c)):
        return
    name = f"{c.variant.name}/best {best.slot}"
    if c.finals is None or c.finals.study.study_name != f"{c.task.name}/{name}":
        c.finals = Search(
            storage, c.task.name, name, {}, c.metric.name, c.metric.direction, "fixed",
            c.study.seed, pruning=False,
        )  # fmt: skip


def next_job(c) -> Any:
    """The next training run as (search, slot, settings, part); None if there is none to start."""
    slots = c.search.open_slots(c.study.trials)
    if slots:
        return c.search, slots[0], c.fixed, "trial"
    if c.finals is not None:
        slots = c.finals.open_slots(c.study.finals)
        if slots:
            return c.finals, slots[0], _best_settings(c), "final"
    return None


def is_over(c):
    """Whether all runs have ended."""
    if len(c.search.records()) < c.study.trials:
        return False
    if not _has_finals(c) or c.search.best() is None:
        return True
    return c.finals is not None and len(c.finals.records()) >= c.study.finals


def left(c):
    """Number of training runs that have not ended, including those running now."""
    trials = max(c.study.trials - len(c.search.records()), 0)
    hopeless = not trials and c.search.best() is None
    finals = c.study.finals if _has_finals(c) and not hopeless else 0
    return trials + max(finals - (len(c.finals.records()) if c.finals else 0), 0)


def middle(c):
    """The middle of the search space, as (settings, the variant's own hyperparameters)."""
    values = effective({name: _middle(entry) for name, entry in c.space.items()} | c.fixed)
    own = variants.hyperparameters(c.variant)
    settings = {name: value for name, value in values.items() if name not in own}
    return settings, {name: value for name, value in values.items() if name in own}


def _has_finals(c):
    return c.study.sampler != "fixed" and c.study.finals > 0


def _best_settings(c):
    best = c.search.best()
    names = {*c.space, *c.fixed}
    return {name: value for name, value in best.params.items() if name in names} if best else {}


def _middle(entry):
    if isinstance(entry, list):
        return entry[len(entry) // 2]
    low, high = entry[:2]
    middle = math.sqrt(low * high) if len(entry) == 3 else (low + high) / 2
    return round(middle) if isinstance(low, int) and isinstance(high, int) else middle
