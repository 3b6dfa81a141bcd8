"""Which columns of a table say when its rows were."""

import re
from typing import Any

import pandas as pd

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from . import dates, numbered
from .layout import Cells
from .reading import listed

#: A day or a clock in several columns, from the largest unit to the smallest.
PARTS = {
    "year": r"year|yr|yyyy|jahr",
    "quarter": r"quarter|qtr|quartal",
    "month": r"month|mon|mo|mm|mnth|monat",
    "week": r"(?:iso)?week|wk|kw|woche|week_?of_?year",
    "day": r"day|dd|dy|tag|day_of_month|mday",
    "hour": r"hour|hr|hh|hours|stunde",
    "minute": r"minute|minutes|min|mi",
    "second": r"second|seconds|sec|ss",
}
CLOCK_PARTS = ("day", "hour", "minute", "second")
LOOKED_AT = 100  # cells of a column, to tell what it holds


def time_columns(cells: Cells, asked: str | list[str] | None = None) -> tuple[str, ...]:
    """The columns that say when a row was, in the order in which they are read.

    Args:
        asked: names of such columns, or "none" if rows stand in order; None finds them.

    Returns:
        ("date",), ("Date", "Time"), ("year", "month", "day", "hour") and so on; () if there are
        none.

    Raises:
        TaskError: there is no such column.
    """
    names = list(cells.frame.columns)
    if asked is not None:
        if asked in ("none", ["none"]) and "none" not in names:
            return ()
        wanted = listed(asked)
        for name in wanted:
            if name not in names:
                raise unknown("column", name, names, TaskError)
        return tuple(wanted)
    dated = [name for name in names if is_dated(cells.frame[name])]
    parts = parts_of(names)
    if dated:
        return (dated[0], *_clock_of(cells, dated[0], parts))
    if "year" in parts and cells.frame[parts["year"]].duplicated().any():
        for within in ("month", "week", "quarter"):
            if within in parts:
                return tuple(
                    parts[part] for part in ("year", within, *CLOCK_PARTS) if part in parts
                )
    for name in filter(numbered.may_be, names):
        numbers = as_numbers(cells.frame[name])
        if numbers is not None and (times := numbered.found(numbers, name)) is not None:
            days = (times == times.normalize()).all()
            return (name, *(_clock_of(cells, name, parts) if days else ()))
    return tuple([name for name in names if is_clock(cells.frame[name])][:1])


def left_out(cells: Cells) -> tuple[str, ...]:
    """All columns of days and clocks, whether they say when a row was or not."""
    frame = cells.frame
    return tuple(name for name in frame if is_dated(frame[name]) or is_clock(frame[name]))


def is_dated(column: Any) -> bool:
    """Whether most cells of a column hold a day, or a day and a clock."""
    if column.dtype.kind == "M" or isinstance(column.dtype, pd.PeriodDtype | pd.DatetimeTZDtype):
        return True
    return _mostly(column, dates.written) and not _mostly(column, dates.dotted_clocks)


def is_clock(column: Any) -> bool:
    """Whether most cells of a column hold a time of day and nothing else."""
    return column.dtype.kind == "m" or (_mostly(column, dates.clocked) and not is_dated(column))


def as_numbers(column: Any) -> pd.Series | None:
    """A column's numbers, NaN for empty cells; None if it holds anything else."""
    if column.dtype.kind in "iuf":
        return column.astype("float64")
    if not is_text(column):
        return None
    full = pd.Series(column.astype(object).where(~is_empty(column)))
    numbers = pd.Series(pd.to_numeric(full, errors="coerce"), dtype="float64")
    return numbers if numbers.notna().any() and numbers.isna().equals(full.isna()) else None


def is_text(column: Any) -> bool:
    """Whether a column's cells are text (or Python objects)."""
    return column.dtype == object or isinstance(column.dtype, pd.StringDtype)


def is_empty(column: Any) -> pd.Series:
    """(T,) bool: which cells hold nothing."""
    return column.isna() | (column == "")


def parts_of(names: list[str]) -> dict[str, str]:
    """{"year": column, "month": column, ...} for the parts of a time that columns are named by."""
    found = {}
    for part, pattern in PARTS.items():
        named = [name for name in names if re.fullmatch(pattern, name.strip(), re.IGNORECASE)]
        found |= {part: named[0]} if named else {}
    return found


def _clock_of(cells, date, parts):
    """The columns beside a date that say the time of day, if its own cells do not."""
    column = cells.frame[date]
    if column.dtype.kind == "M" or column.astype(str).str.contains(r"\d:\d|\dT\d").any():
        return ()
    clocks = [name for name in cells.frame if is_clock(cells.frame[name])]
    if clocks:
        return (clocks[0],)
    small = [parts[part] for part in ("hour", "minute", "second") if part in parts]
    return tuple(small) if "hour" in parts and column.duplicated().any() else ()


def _mostly(column, of):
    """Whether more than half of some cells are so."""
    if not is_text(column):
        return False
    some = column.iloc[:: max(len(column) // LOOKED_AT, 1)]
    full = some[~is_empty(some)].astype(str)
    return len(full) > 0 and bool(of(full).mean() > 0.5)
