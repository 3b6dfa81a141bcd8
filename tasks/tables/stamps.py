"""Read the columns that say when a row was."""

import re
from typing import Any

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from . import dates as written
from . import numbered
from .columns import as_numbers, is_clock, is_dated, is_empty, parts_of
from .layout import Cells
from .orders import NONE, ORDERS
from .saying import place

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def stamps(
    cells: Cells, columns: tuple[str, ...], dates: str | None = None, zone: str | None = None
) -> pd.DatetimeIndex:
    """When each row was.

    Args:
        cells: a table.
        columns: those that say when: one, a date and a clock, or parts such as year and month.
        dates: "day first", "month first" or "year first" for dates of numbers; a format of
            strptime; or "spreadsheet" for days since 30 December 1899. None finds out.
        zone: where the clocks stood that wrote times without a zone, such as "Europe/Berlin";
            rows must be in order.

    Returns:
        (T,) times in UTC if a zone is known, else as they are written.

    Raises:
        TaskError: a cell is no time, or may be two.
    """
    frame: Any = cells.frame[list(columns)].reset_index(drop=True)
    _none_is_missing(frame, cells)
    name = columns[0] if len(columns) == 1 else " ".join(columns)
    try:
        times = _read(frame, dates)
    except TaskError as error:
        raise TaskError(f"column {name!r}: {error}") from None
    if times.hasnans:
        _refuse(frame, cells, name, times, dates)
    return times if zone is None else _local(times, zone)


def order_of(dates: str | None) -> str | None:
    """A user's ``dates`` in one spelling: "day first" for dayfirst and day-first, too."""
    if dates is None or "%" in str(dates):
        return dates
    known = {name.replace(" ", ""): name for name in (*ORDERS, "spreadsheet")}
    word = re.sub(r"[\s_-]", "", str(dates).lower())
    if word not in known:
        raise TaskError(
            f"dates must be {', '.join(map(repr, known.values()))} or a format of strptime such "
            f"as '%d/%m/%Y', got {dates!r}"
        )
    return known[word]


def _none_is_missing(frame, cells):
    for name in frame:
        missing = np.flatnonzero(is_empty(frame[name]))
        if len(missing):
            raise TaskError(
                f"column {name!r}, {place(int(missing[0]), cells.lines, cells.where)} is missing: "
                'nothing says when that row was; time="none" takes rows in order as they stand'
            )


def _read(frame: Any, dates: str | None, since: Any = NONE) -> pd.DatetimeIndex:
    dates = order_of(dates)
    if len(frame.columns) > 1:
        if dates is None or "%" not in dates:
            return _together(frame, dates)
        return written.by_format(frame.astype(str).agg(" ".join, axis=1), dates)
    column = frame.iloc[:, 0]
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.DatetimeIndex(column.dt.to_timestamp()).as_unit("us")
    if column.dtype.kind == "M":
        times = pd.DatetimeIndex(column).as_unit("us")
        return times if times.tz is None else times.tz_convert("UTC").tz_localize(None)
    if dates and "%" in dates:
        return written.by_format(_text(column), dates)
    numbers = None if is_dated(column) else as_numbers(column)
    if numbers is not None:
        return numbered.spreadsheet(numbers) if dates == "spreadsheet" else numbered.asked(numbers)
    if is_clock(column):
        return pd.DatetimeIndex(pd.Timestamp(0) + _clocks(column))
    return written.read(_text(column), dates if dates in ORDERS else None, since)


def _together(frame: Any, dates: str | None) -> Any:
    """Times from a date and a clock, or from the parts of both."""
    parts = parts_of(list(frame.columns))
    said = [part for part in ("year", "quarter", "month", "week", "day") if part in parts]
    of_day = [name for name in frame if name not in [parts[part] for part in said]]
    if len(said) < 2:
        of_day = list(frame.columns[1:])
    since = pd.Series(np.zeros(len(frame), "timedelta64[us]"))
    for name in of_day:
        part = next((part for part in parts if parts[part] == name), None)
        since += pd.Series(_since(frame[name], part))
    if len(said) > 1:
        days = _days({part: _text(frame[parts[part]]) for part in said})
    else:
        days = _read(frame.iloc[:, :1], dates, since)
    return days + pd.TimedeltaIndex(since)


def _days(parts: dict[str, pd.Series]) -> pd.DatetimeIndex:
    """Days of a year and its quarters, its months and their days, or its weeks."""
    plain = {part: cells.str.replace(r"\.0$", "", regex=True) for part, cells in parts.items()}
    text = plain.pop("year")
    for part, cells in plain.items():
        number = cells.str.lstrip("QqWwK").str.zfill(2) if part in ("quarter", "week") else cells
        mark = {"quarter": "Q", "week": "-W"}.get(part, " ")
        text = text + mark + (number.str.lstrip("0") if part == "quarter" else number)
    return written.read(text, "year first")


def _since(column, part):
    """Time since midnight: of a clock, or of numbers in hours, minutes or seconds."""
    numbers = as_numbers(column)
    if numbers is None:
        return _clocks(column)
    if part in ("hour", "minute", "second"):
        return pd.TimedeltaIndex(pd.to_timedelta(numbers, unit=part))
    if numbers.max() > 24:  # 30, 100, 130 ... 2330
        return pd.TimedeltaIndex(pd.to_timedelta(numbers // 100 * 60 + numbers % 100, unit="min"))
    return pd.TimedeltaIndex(pd.to_timedelta(numbers, unit="h"))


def _clocks(column):
    if column.dtype.kind == "m":
        return pd.TimedeltaIndex(column).as_unit("us")
    return written.clocks(_text(column))


def _text(column):
    return column.astype(str).str.strip()


def _refuse(frame, cells, name, times, dates):
    """Refuse the first cell that is no time."""
    bad = np.flatnonzero(times.isna())
    row = int(bad[0])
    text = " ".join(str(value) for value in frame.iloc[row])
    where = f"column {name!r}, {place(row, cells.lines, cells.where)} is {text!r}"
    good = np.flatnonzero(times.notna())
    if text[:3].lower() in WEEKDAYS and not len(good):
        raise TaskError(f'{where}, a day of any week; time="none" takes rows as they stand')
    if not len(good):
        told = f"which dates={dates!r} does not read" if dates else "no date that is known"
        raise TaskError(f'{where}, {told}; dates="%d/%m/%Y %H:%M" would say how it is written')
    like = " ".join(str(value) for value in frame.iloc[int(good[0])])
    if len(bad) > max(len(frame) // 20, 1):
        todo = 'write all in one form, or say time="none" if rows stand in order'
    else:
        todo = f'drop="{frame.iloc[row, 0]}" leaves it out'
    raise TaskError(f"{where}, no time like {like!r}; {todo}")


def _local(times: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """Local times in UTC; of an hour that comes twice the first is in summer time."""
    try:
        utc = times.tz_localize(zone, ambiguous="infer").tz_convert("UTC")
    except (ValueError, KeyError, OSError) as error:
        reason = " ".join(str(error).split())
        raise TaskError(f"zone={zone!r} does not read the times: {reason}") from None
    return utc.tz_localize(None)
