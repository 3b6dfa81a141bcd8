"""Times, units and titles as the captions of forecasts say them, and the lines of baselines."""

import itertools

import numpy as np
import pandas as pd

from gatelab.tasks.tables.saying import spoken, with_unit

from .numbers import count, number
from .view import best_first

LINES: tuple = (":", (0, (3, 1.2)), "-.", (0, (7, 1.5)), (0, (1, 3)))


def span(rows, step):
    """ "24 hours" for 24 rows an hour apart; "24 rows" where the time between them is unknown.

    Args:
        step: microseconds between rows, or 0.
    """
    unit = spoken(pd.Timedelta(step, "us")) if step else ""
    singular = unit.removeprefix("1 ")
    if singular != unit and singular in ("day", "hour", "minute", "second"):
        return count(rows, singular)
    return spoken(pd.Timedelta(rows * step, "us")) if step else count(rows, "row")


def moments(times):
    """["2024-01-31 13:00", ...] of datetime64; dates alone if all are at midnight."""
    texts = [*pd.DatetimeIndex(np.ravel(times)).astype(str)]
    whole = all(text.endswith(":00") for text in texts)
    return [text.removesuffix(":00") for text in texts] if whole else texts


def baseline(name, naive):
    """ "the last value", "the value of 24 rows before", "linear" in a sentence.

    Args:
        naive: names of the baselines that repeat values.
    """
    if name not in naive:
        return name
    return f"the value of {name}" if name[:1].isdigit() else f"the {name}"


def lines(kept):
    """{baseline: line style}, the same in all figures; those that repeat values come first."""
    naive = [name for name, found in kept.baselines.items() if found.values is not None]
    names = dict.fromkeys([*naive, *kept.baselines])
    return dict(zip(names, itertools.cycle(LINES), strict=False))


def in_unit(value, unit):
    """ "27.1 MW"."""
    return f"{number(value)} {unit}".rstrip()


def axis(kept, k):
    """ "load (MW)"."""
    return with_unit(kept.targets[k], kept.units[k])


def titled(what, task, kept, k):
    """ "Forecasts: load"; of several targets with the name of one."""
    return f"{what}: {task.name}" + (f", {kept.targets[k]}" if len(kept.targets) > 1 else "")


def best_cell(view, task, kept):
    """The cell whose best network validation finds best; None if none is kept."""
    rows = view.rows(task)
    scores = {
        v: rows[v].best.score("valid", task.metric.name) if rows[v].best else np.nan
        for v in kept.cells
    }
    return next(iter(best_first(task, scores)), None)
