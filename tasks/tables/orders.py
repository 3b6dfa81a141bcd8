"""Dates of three numbers, which do not say which of them is the day."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .rhythm import is_even

ORDERS = {"day first": "%d %m {y}", "month first": "%m %d {y}", "year first": "{y} %m %d"}
NONE = np.timedelta64(0, "us")


def decided(readings: dict[str, pd.Series], text: pd.Series, since: Any = NONE) -> pd.Series:
    """The reading of dates that makes sense.

    Args:
        readings: {order: days (T,)}; NaT where a cell is none.
        text: (T,) as they are written.
        since: (T,) time of day.

    Returns:
        the only reading in which rows are in order, else the only one in which nine in ten are
        evenly spaced, else the only one in which all are.

    Raises:
        TaskError: there are two.
    """
    good = list(readings)
    for sense in (_in_order, partial(is_even, share=0.9), is_even):
        if len(good) == 1:
            return readings[good[0]]
        fits = [name for name in good if sense(pd.DatetimeIndex((readings[name] + since).dropna()))]
        good = fits or good
    if len(good) == 1:
        return readings[good[0]]
    first, *others = (readings[name] for name in good)
    differs = [np.flatnonzero(first.ne(other) & first.notna() & other.notna()) for other in others]
    rows = [each[0] for each in differs if len(each)]
    if not rows:
        return first
    row = int(min(rows))
    said = " or ".join(_spoken(readings[name].iloc[row]) for name in good)
    choices = " or ".join(f'dates="{name}"' for name in good)
    raise TaskError(f"{text.iloc[row]!r} may be {said}; say {choices}")


def _in_order(times: pd.DatetimeIndex) -> bool:
    return times.is_monotonic_increasing or times.is_monotonic_decreasing


def _spoken(time: pd.Timestamp) -> str:
    return f"{time.day} {time:%B %Y}"
