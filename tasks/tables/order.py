"""The order of rows in time: refuse what is out of order, repeats or is missing, or mend it."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gatelab.foundation.spelling import TRUTH

from ..framework.errors import TaskError
from .gaps import GAPS, Rows, without_gaps
from .pieces import Piece, pieces
from .rhythm import Rhythm
from .saying import CLOCKS, Given, moment, night_of_clocks, place

DUPLICATES = ("mean", "first", "last")


class Arranged(NamedTuple):
    """Rows in time order within each series, one series after the other.

    Attributes:
        rows: (T,) the given row of each, or None if rows were made.
        values: (T, D).
        times: (T,), or None.
        series: (T,) the series of each row, or None.
        pieces: stretches that no window may cross.
        notes: what was done, a sentence each.
    """

    rows: np.ndarray | None
    values: np.ndarray
    times: pd.DatetimeIndex | None
    series: np.ndarray | None
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]


def arranged(
    values: np.ndarray,
    times: pd.DatetimeIndex | None,
    series: np.ndarray | None,
    lines: np.ndarray,
    where: str,
    sort: bool = False,
    gaps: str | None = None,
    duplicates: str | None = None,
    hint: str = "",
    usual: Rhythm | None = None,
) -> Arranged:
    """Put rows in order, series by series, or refuse them.

    Series are in the order of their names (numbers by size), whatever the order of the rows.

    Args:
        values: (T, D); may hold NaN.
        times: (T,), or None if no column says when: rows are in order as they stand.
        series: (T,) names, or None.
        lines: (T,) line of each row in the file.
        where: what ``lines`` counts, "line" or "row".
        sort: put rows into time order; otherwise a row that does not come after the one before
            is refused.
        gaps: where rows are missing, "interpolate" makes them, linear in time; "split" ends a
            piece; "keep" lets the next row follow.
        duplicates: of rows with one time, their "mean", the "first" or the "last".
        usual: rhythm of the table that these rows continue; None for their own.
        hint: advice to put first where rows repeat or are out of order.

    Raises:
        TaskError: an option is not allowed, or rows are out of order, repeat or are missing and
            no option says what to do; the message names the first such row.
    """
    sort = _checked(times, sort, gaps, duplicates)
    codes, names = _series(series, lines, where)
    if times is None:
        rows = np.argsort(codes, kind="stable")
        own = None if series is None else np.array(names)[codes[rows]]
        return Arranged(rows, values[rows], None, own, pieces(codes[rows], names), ())
    given = Given(times, series, lines, where, hint)
    rows, *notes = _ordered(given, codes, sort, duplicates)
    rows, values, *more = _one_of_each(values, rows, codes, given.stamps(), duplicates)
    one = Rows(values, times[rows], codes[rows])
    whole, stretches, *still = without_gaps(one, given, rows, names, gaps, usual)
    made = duplicates == "mean" or len(whole.codes) > len(rows)
    own = None if series is None else np.array(names)[whole.codes]
    notes = (*notes, *more, *still)
    return Arranged(None if made else rows, whole.values, whole.times, own, stretches, notes)


def _checked(times, sort, gaps, duplicates):
    """Whether to sort; TaskError if an option is not allowed."""
    for name, value, choices in (("gaps", gaps, GAPS), ("duplicates", duplicates, DUPLICATES)):
        if value is not None and value not in choices:
            raise TaskError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    if str(sort).lower() not in TRUTH:
        raise TaskError(f"sort must be True or False, got {sort!r}")
    sort = TRUTH[str(sort).lower()]
    if times is None and (sort or gaps or duplicates):
        option = "sort" if sort else "gaps" if gaps else "duplicates"
        raise TaskError(f"{option} needs times: name the column that says when, time=")
    return sort


def _series(series, lines, where):
    """(T,) number of each row's series, and their names."""
    if series is None:
        return np.zeros(len(lines), int), [""]
    series = np.asarray(series, str)
    empty = np.flatnonzero(series == "")
    if len(empty):
        raise TaskError(f"{place(int(empty[0]), lines, where)} does not say which series it is of")
    names, codes = np.unique(series, return_inverse=True)
    by_size = np.argsort(_numbers(names), kind="stable")
    return np.argsort(by_size)[codes], names[by_size].tolist()


def _numbers(names):
    """Names as numbers, if they all are; else places in the alphabet."""
    read: Any = pd.to_numeric(pd.Series(names), errors="coerce")
    return np.arange(len(names)) if read.isna().any() else read.to_numpy()


def _ordered(given, codes, sort, duplicates):
    """Rows in order within each series, and notes; refused if they are not and need be."""
    stamps = given.stamps()
    as_given = np.argsort(codes, kind="stable")
    rows = np.lexsort((stamps, codes)) if sort else as_given
    same, steps = np.diff(codes[rows]) == 0, np.diff(stamps[rows])
    wrong = same & ((steps < 0) | ((steps == 0) & (duplicates is None)))
    if wrong.any():
        at = min(np.flatnonzero(wrong), key=lambda at: rows[at + 1])
        _refuse(given, int(rows[at]), int(rows[at + 1]), steps[same])
    moved = int((rows != as_given).sum())
    if not moved:
        return (rows,)
    return rows, f"rows were put into time order; {moved} of {len(rows)} stood elsewhere"


def _refuse(given: Given, before: int, row: int, steps: np.ndarray):
    """Refuse a row that repeats the time of the one before it in its series, or is earlier."""
    back = given.times[before] - given.times[row]
    hints = [given.hint] if given.hint else []
    rare = 50 * (steps <= 0).sum() <= len(steps)  # some nights a year
    if rare and night_of_clocks(given.times[row]) and back <= pd.Timedelta("1h"):
        hints.append(CLOCKS)
    if back.value:
        newest = ": all rows are newest first" if len(steps) > 1 and (steps <= 0).all() else ""
        what = f"does not come after row {before + 1}, {moment(given.times[before])}{newest}"
        ways = "sort=True puts rows into time order"
    else:
        what = f"repeats the time of row {before + 1}"
        as_they_stand = 'time="none" takes rows in order as they stand'
        merged = 'duplicates="mean" (or first, last) makes one row of those of one time'
        coarse = (steps >= 0).all() and 2 * (steps == 0).sum() >= len(steps)
        ways = f"{as_they_stand}, or {merged}" if coarse else f"{merged}, or {as_they_stand}"
    raise TaskError(f"{given.row(row)} {what}; {'; otherwise '.join([*hints, ways])}")


def _repeats(codes, stamps):
    return (np.diff(codes) == 0) & (np.diff(stamps) == 0)


def _one_of_each(values, rows, codes, stamps, duplicates):
    """One row of those that have one time: the first given of each, its values, and notes."""
    if not (count := int(_repeats(codes[rows], stamps[rows]).sum())):
        return rows, values[rows]
    if duplicates == "mean":
        # In an order of their own, so that sums do not depend on the order of the rows.
        rows = np.lexsort((*values.T[::-1], stamps, codes))
    again = _repeats(codes[rows], stamps[rows])
    if duplicates != "mean":
        one = np.append(~again, True) if duplicates == "last" else np.append(True, ~again)
        note = f"{count} rows that repeat a time were left out; the {duplicates} of each was kept"
        return rows[one], values[rows[one]], note
    starts = np.flatnonzero(np.append(True, ~again))
    alike = np.diff(np.append(starts, len(rows)))[:, None]
    means = np.add.reduceat(values[rows], starts, axis=0) / alike
    return rows[starts], means, f"{count} rows that repeat a time were merged into their mean"
