"""The rhythm of a table's rows: how far apart they usually are, and which rows are missing."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

DAY, WEEK = 86_400_000_000, 7 * 86_400_000_000  # microseconds
MONTH = 27 * DAY  # no month is shorter
#: An hour that no day (of the week) ever has belongs to the rhythm if so many days (weeks) lack it:
#: before that it may be missing by accident.
ENOUGH = 3
RARE = 0.01
MOST = 1_000_000


class Rhythm(NamedTuple):
    """How rows follow one another.

    Attributes:
        step: usual time from one row to the next, in microseconds.
        months: number of months of a step, if the rows are months, quarters or years; else 0.
        clocks, hours: bins of one step's width, of the day and of the week, in which the table
            has rows; None as long as it is too short to tell.
    """

    step: int
    months: int = 0
    clocks: frozenset[int] | None = None
    hours: frozenset[int] | None = None

    def suspects(self, times: pd.DatetimeIndex) -> np.ndarray:
        """Indices of times (T,) that come late: rows may be missing before them."""
        if self.months:
            late = np.diff(_month(times)) > self.months
        else:
            # Up to one and a half steps are one step: clocks are not exact.
            late = np.diff(_stamps(times)) > 1.5 * self.step
        return 1 + np.flatnonzero(late)

    def between(self, before: pd.Timestamp, after: pd.Timestamp) -> pd.DatetimeIndex:
        """The rows that are missing between two that follow one another, at most ``MOST``."""
        if self.months:
            return self._months(before, after)
        first, last = _stamps(pd.DatetimeIndex([before, after])).tolist()
        parts = max(int(np.ceil((last - first) / self.step - 0.5)), 1)
        made = first + (last - first) * np.arange(1, min(parts, MOST + 1)) // parts
        return pd.DatetimeIndex(made[self._awake(made)].astype("datetime64[us]"))

    def after(self, last: pd.Timestamp, count: int) -> pd.DatetimeIndex:
        """The times of the next rows."""
        if self.months:
            steps = range(self.months, (count + 1) * self.months, self.months)
            made = [last + pd.DateOffset(months=months) for months in steps]
            ends = pd.offsets.MonthEnd(0)
            return pd.DatetimeIndex([t + ends for t in made] if last.is_month_end else made)
        made: Any = pd.DatetimeIndex([], dtype="datetime64[us]")
        start = int(_stamps(pd.DatetimeIndex([last]))[0])
        for _ in range(MOST):  # nights and weekends are passed over; the next row comes some time
            later = start + self.step * np.arange(1, count + 1)
            made = made.append(pd.DatetimeIndex(later[self._awake(later)].astype("datetime64[us]")))
            if len(made) >= count:
                break
            start = int(later[-1])
        return made[:count]

    def _months(self, before, after):
        steps = range(self.months, _month(after) - _month(before), self.months)
        made = [before + pd.DateOffset(months=months) for months in steps]
        if before.is_month_end and after.is_month_end:
            made = [time + pd.offsets.MonthEnd(0) for time in made]
        return pd.DatetimeIndex(made, dtype="datetime64[us]")

    def _awake(self, made):
        """Which of the times made lie where the table has rows on other days."""
        awake = np.ones(len(made), bool)
        for bins, cycle in ((self.clocks, DAY), (self.hours, WEEK)):
            if bins is not None:
                awake &= np.isin(made % cycle // self.step, [*bins])
        return awake


def rhythm(times: pd.DatetimeIndex) -> Rhythm:
    """The rhythm of times (T,), which are in order and differ.

    Months, quarters and years may be of unequal length. Nights, weekends and other hours in
    which a table never has a row belong to its rhythm.
    """
    stamps = _stamps(times)
    step = usual(np.diff(stamps))
    if step >= MONTH and (months := _months(times)):
        return Rhythm(step, months)
    return Rhythm(step, 0, *(_bins(stamps, cycle, step) for cycle in (DAY, WEEK)))


def usual(steps: np.ndarray) -> int:
    """The commonest step if more than half are so, else the median."""
    values, counts = np.unique(steps, return_counts=True)
    common = values[counts.argmax()] if 2 * counts.max() > len(steps) else np.median(steps)
    return max(int(common), 1)


def is_even(times: pd.DatetimeIndex, share: float = 1.0) -> bool:
    """Whether a share of the steps between different times are alike (months of any length)."""
    steps = np.diff(np.unique(_stamps(times)))
    if not len(steps):
        return False
    alike = np.abs(steps - usual(steps)) <= (0.12 * usual(steps) if usual(steps) >= MONTH else 0)
    return bool(alike.mean() >= share)


def _months(times):
    """Months of a step if all times are at one clock and day of the month, or at its last day."""
    of_day = times - times.normalize()
    if len(of_day.unique()) > 1:
        return 0
    if len(times.day.unique()) > 1 and not times.is_month_end.all():
        return 0
    return usual(np.diff(_month(times)))


def _month(time):
    return 12 * time.year + time.month


def _stamps(times):
    return times.as_unit("us").asi8


def _bins(stamps, cycle, step):
    """Where within a day or a week there are rows; None if that cannot be told."""
    rounds = (stamps[-1] - stamps[0]) / cycle
    if 2 * step > cycle or rounds < ENOUGH:
        return None
    bins = np.unique(stamps % cycle // step)
    missing = max(1 - len(stamps) / (len(bins) * rounds), 0)  # share of rows
    by_accident = cycle / step * missing**rounds  # bins that are empty in every round
    return None if by_accident > RARE else frozenset(bins.tolist())
