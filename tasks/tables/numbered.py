"""Times written as numbers: seconds since 1970, 20230131, years, the days of a spreadsheet."""

import re
from typing import Any

import numpy as np
import pandas as pd

#: Names of columns whose numbers may be times.
NAMED = re.compile(
    r"(?:.*(?:time|date|epoch|unix|stamp|period|month|year|datum|zeit|fecha|jahr|monat|elapsed)"
    r"|.*_at|ts|dt|day|when|seconds)(?:[ _]?[(\[]?(?:s|sec|seconds|ms|us|ns|utc|unix)[)\]]?)?",
    re.IGNORECASE,
)
#: Seconds since 1970 lie in these years; thousandths and so on are told by their size.
FIRST, LAST = ((year - 1970) * 365.2425 * 86_400 for year in (1975, 2100))
EPOCHS = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
COMPACT = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
YEARS = (1500, 2200)
SPREADSHEET = "1899-12-30"


def may_be(name: str) -> bool:
    """Whether a column's name says that its numbers are times."""
    return NAMED.fullmatch(name.strip()) is not None


def found(numbers: pd.Series, name: str) -> pd.DatetimeIndex | None:
    """Times (T,), NaT for a missing number; None if the numbers do not look like times.

    Args:
        name: of the column; where it says "date", a spreadsheet's days are among what is tried.
    """
    dated = re.search("date|datum|fecha", name, re.IGNORECASE)
    for read in (_compact, _epoch, *((_days,) if dated else ()), _elapsed):
        if (times := read(numbers)) is not None:
            return times
    return None


def asked(numbers: pd.Series) -> pd.DatetimeIndex:
    """Times of numbers that a user calls times: of seconds, if they look like nothing else."""
    for read in (_compact, _epoch, _days):
        if (times := read(numbers)) is not None:
            return times
    return pd.DatetimeIndex(pd.to_datetime(numbers, unit="s").astype("datetime64[us]"))


def spreadsheet(numbers: pd.Series) -> pd.DatetimeIndex:
    """Times of days since 30 December 1899, as spreadsheets count them."""
    seconds = (numbers * 86_400).round()
    since = pd.to_timedelta(seconds, unit="s")
    return pd.DatetimeIndex((pd.Timestamp(SPREADSHEET) + since).astype("datetime64[us]"))


def _compact(numbers):
    """Numbers such as 2023, 202301, 20230131."""
    known = numbers.dropna()
    if not (known == known.round()).all() or not (known > 0).all():
        return None
    text = known.astype("int64").astype(str)
    digits = text.str.len().unique()
    if len(digits) > 1 or digits[0] not in COMPACT:
        return None
    times = pd.to_datetime(text, format=COMPACT[digits[0]], errors="coerce")
    if times.isna().any() or not times.dt.year.between(*YEARS).all():
        return None
    return _whole(times, numbers)


def _epoch(numbers):
    """Seconds, or their thousandths and so on, since 1970."""
    for parts in EPOCHS.values():
        if numbers.dropna().between(FIRST * parts, LAST * parts).all():
            # In whole microseconds: a float of pandas would lose some.
            stamps = (numbers.dropna() * (1e6 / parts)).round().astype("int64")
            return _whole(stamps.astype("datetime64[us]"), numbers)
    return None


def _days(numbers):
    """A spreadsheet's days, if they lie in FIRST to LAST and are spaced by whole minutes."""
    if not numbers.dropna().between(*((y / 86_400 + 25_569) for y in (FIRST, LAST))).all():
        return None
    minutes = np.unique(numbers.dropna().to_numpy(np.float64)) * 1440
    even = np.abs(minutes - minutes.round()) < 0.01
    return spreadsheet(numbers) if len(minutes) > 2 and even.all() else None


def _elapsed(numbers):
    """Seconds since a beginning: numbers that rise by one step, apart from gaps."""
    steps: Any = np.diff(np.unique(numbers.dropna().to_numpy(np.float64)))
    if len(steps) < 2 or numbers.dropna().duplicated().any():
        return None
    even = np.isclose(steps, np.median(steps), rtol=1e-3).mean() >= 0.9
    if not even or np.abs(numbers).max() > 1e9:
        return None
    return pd.DatetimeIndex(pd.to_datetime(numbers, unit="s").astype("datetime64[us]"))


def _whole(times, numbers):
    return pd.DatetimeIndex(times.reindex(numbers.index).astype("datetime64[us]"))
