"""Rows in time: from cells and values to rows in order, series by series."""

from contextlib import suppress

import numpy as np
import pandas as pd

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from .columns import is_empty, time_columns
from .layout import Cells
from .order import Arranged, arranged
from .orders import ORDERS
from .reading import Reading, listed
from .rhythm import Rhythm
from .saying import place
from .stamps import stamps
from .telling import series_hint

SOME = 200  # rows, evenly over a table


def when(cells: Cells, how: Reading) -> tuple[tuple[str, ...], pd.DatetimeIndex | None]:
    """The columns that say when a row was, and what they say: ((), None) if none does.

    Raises:
        TaskError: there is no such column, or a cell is no time.
    """
    columns = time_columns(cells, None if how.time is None else listed(how.time))
    if not columns:
        return (), None
    return columns, stamps(cells, columns, how.dates, how.zone)


def order_of_dates(
    cells: Cells, columns: tuple[str, ...], times: pd.DatetimeIndex, zone: str | None
) -> str | None:
    """The order in which numbers of dates were read: "day first" or another; None if all agree.

    A table tells it by all of its rows. A few rows of it, which come later, may not.

    Args:
        columns, times: what ``when`` returned.
    """
    some = np.unique(np.linspace(0, len(times) - 1, min(len(times), SOME)).astype(int))
    part = cells._replace(frame=cells.frame.iloc[some], lines=cells.lines[some])
    alike = []
    for order in ORDERS:
        with suppress(TaskError):
            alike += [order] if (stamps(part, columns, order, zone) == times[some]).all() else []
    return alike[0] if len(alike) == 1 else None


def in_order(
    cells: Cells,
    values: np.ndarray,
    columns: tuple[str, ...],
    times: pd.DatetimeIndex | None,
    how: Reading,
    usual: Rhythm | None = None,
) -> Arranged:
    """Put the values (T, D) of cells into order; see ``order.arranged``.

    Args:
        columns, times: what ``when`` returned.
        usual: rhythm of the table that the rows continue; None for their own.

    Raises:
        TaskError: rows are out of order, repeat or are missing, and ``how`` does not say what to
            do.
    """
    series = series_of(cells, how)
    hint = ""
    if series is None and times is not None:
        hint = series_hint(cells.frame, times, columns)
    return arranged(
        *(values, times, series, cells.lines, cells.where),
        sort=how.sort,
        gaps=how.gaps,
        duplicates=how.duplicates,
        hint=hint,
        usual=usual,
    )


def series_of(cells: Cells, how: Reading) -> np.ndarray | None:
    """(T,) the series of each row, None for a table of one."""
    if how.series is None:
        return None
    names = listed(how.series)
    for name in names:
        if name not in cells.frame.columns:
            raise unknown("column", name, list(cells.frame.columns), TaskError)
        empty = np.flatnonzero(is_empty(cells.frame[name]))
        if len(empty):
            where = place(int(empty[0]), cells.lines, cells.where)
            raise TaskError(
                f"column {name!r}, {where} is missing: it says which series a row is of"
            )
    return cells.frame[names].astype(str).agg(" ".join, axis=1).to_numpy(str)
