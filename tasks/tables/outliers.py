"""Numbers that may be marks of a missing value, and numbers that would drown all others."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from ..framework.errors import TaskError
from .codes import is_fill
from .layout import Cells
from .reading import Reading, words
from .saying import place
from .words import quoted

OFTEN = 3  # times a value comes before it may be a mark, unless it looks like one
FAR = 1.5  # times the interquartile range from all other values, for what looks like a mark
FARTHER = 3  # the same, for other values that come often
FEW = 12  # different values of a column that has codes or counts rather than measurements
APART = 10  # times as far from the median as the farthest of the others
DROWNS = 10  # times the standard deviation of the others


def refuse_outliers(
    values: np.ndarray,
    names: Sequence[str],
    cells: Cells,
    how: Reading,
    series: np.ndarray | None = None,
) -> None:
    """Refuse a number that comes often and lies far off, or one that drowns all others.

    Args:
        values: (T, D); NaN where a value is missing.
        series: (T,), the series of each row: what is far off in one may be usual in another. None
            if there is one.

    Raises:
        TaskError: there is one; the message names the first row with it.
    """
    for (d, name), own in product(enumerate(names), _apart(series)):
        column = np.where(own, values[:, d], np.nan)
        known = column[~np.isnan(column)]
        distinct, counts = np.unique(known, return_counts=True)
        if len(distinct) < 3:
            continue
        for value, count in _ends(distinct, counts):
            if _is_mark(value, count, known):
                _refuse(name, column, value, cells, _often(count), how)
        if how.clip is None and (value := _drowning(known)) is not None:
            why = "so far from all others that they would be 0"
            _refuse(name, column, value, cells, why, how, ("clip=10 sets such values to a bound",))


def _apart(series):
    """For each series, which rows are its own."""
    return [True] if series is None else [series == name for name in dict.fromkeys(series)]


def bounds(rows: np.ndarray, names: Sequence[str], clip: float) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest value of each column, ``clip`` times its spread from the median.

    Args:
        rows: (T, D), those to train on; the spread is their interquartile range.

    Returns:
        (D,) and (D,).

    Raises:
        TaskError: half of a column's rows have one value, so that it has no spread.
    """
    low, middle, high = np.quantile(rows, [0.25, 0.5, 0.75], axis=0)
    if len(still := np.flatnonzero(low == high)):
        raise TaskError(
            f"clip= cuts nothing off column {names[still[0]]!r}: half of its rows have one value"
        )
    return middle - clip * (high - low), middle + clip * (high - low)


def _ends(distinct, counts):
    return zip(distinct[[0, -1]], counts[[0, -1]], strict=True)


def _is_mark(value, count, known):
    others = known[known != value]
    gap = max(others.min() - value, value - others.max())
    spread = np.subtract(*np.quantile(others, [0.75, 0.25]))
    fill = is_fill(value)
    if fill and abs(value) >= 99:
        return gap > max(FAR * spread, np.ptp(others))
    if count < OFTEN or len(np.unique(others)) <= FEW or not spread:
        return False
    return bool(gap > (FAR if fill or value == -1 else FARTHER) * spread)


def _often(count):
    times = "once" if count == 1 else f"{count} times"
    return f"which comes {times}, far from all other values"


def _drowning(known):
    """The value farthest from the median, if it is so far that the others hardly differ."""
    with np.errstate(over="ignore"):
        far = np.abs(known / 2 - np.median(known) / 2)
    order = np.argsort(-far, kind="stable")
    few = max(1, len(known) // 100)
    sizes = far[order[: few + 1]]
    gaps = np.flatnonzero(sizes[:-1] > APART * sizes[1:])
    if not len(gaps) or not sizes[gaps[-1] + 1]:
        return None
    rest = np.delete(known, order[: gaps[-1] + 1])
    scale = max(far[order[0]], 1e-300)
    both = [np.std(some / scale) for some in (known, rest)]
    return known[order[: gaps[-1] + 1].min()] if both[0] > DROWNS * both[1] else None


def _refuse(name, column, value, cells, why, how, ways=()):
    row = int(np.flatnonzero(column == value)[0])
    said = f"{value:.15g}" if float(f"{value:.15g}") == value else repr(float(value))
    marks = ",".join([*words(how.missing), said])
    ways = [*ways, f'missing={quoted(marks)},fill="interpolate" counts it as missing']
    raise TaskError(
        f"column {name!r}, {place(row, cells.lines, cells.where)} is {said}, {why}; "
        f'{", ".join(ways)}, missing="none" takes it as it is'
    )
