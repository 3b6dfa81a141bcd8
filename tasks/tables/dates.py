"""Times written as text, read with pandas: the forms in which people write a day and a clock."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .rhythm import is_even

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = "|".join(
    [
        r"\d{4}(?P<a>[-/. ])\d{1,2}(?P=a)\d{1,2}",  # 2023-01-31
        r"\d{1,2}(?P<b>[-/. ])\d{1,2}(?P=b)(?:\d{4}|\d{2})",  # 31.01.2023, 1/31/23
        rf"{_NTH}[-/ .]*{_MONTH}[-/ .,]*(?:\d{{4}}|'?\d{{2}})",  # 31-Jan-23, 31 January 2023
        rf"{_MONTH}[-/ ]*{_NTH},?[-/ ]+\d{{4}}",  # Jan 31, 2023
        rf"{_MONTH}[-/ ,]*(?:\d{{4}}|'?\d{{2}})",  # Jan-23, January 2023
        rf"\d{{4}}[-/ .]*{_MONTH}(?:[-/ .]*\d{{1,2}})?",  # 2023 Jan, 2023-Jan-31
        r"(?:19|20)\d{6}",  # 20230131
        r"\d{4}[-/ ]\d{1,2}",  # 2023-01
        r"\d{1,2}[-/ ]\d{4}",  # 01/2023
        r"\d{4}M\d{1,2}",  # 2023M01
        r"\d{4}[-/ ]?Q[1-4]",  # 2023Q1
        r"Q[1-4][-/ ]?\d{4}",  # Q1 2023
        r"\d{4}-?W\d\d",  # 2023-W05
    ]
)
_COLONS = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?|\d{1,2}\.\d\d\.\d\d"
_CLOCK = rf"{_COLONS}|\d{{1,2}}(?= ?[ap]\.?m)|\d\d(?:\d\d(?:\d\d)?)?"
_HALF = r" ?(?P<half>[ap])\.?m\.?"
ZONES = {  # hours east of Greenwich; where a word means two zones, it is not here
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6},
    **{"PST": -8, "PDT": -7, "JST": 9, "AEST": 10, "AEDT": 11},
}
_ZONE = rf" ?(?P<zone>(?:UTC|GMT)?[-+]\d\d(?::?\d\d)?|{'|'.join(ZONES)})(?:\[[\w/+-]+\])?"
_DATED = (
    rf"(?:{_WEEKDAY},?\s+)?(?P<day>{_DAY})(?:(?:\s*T|[\s_:,]+)(?P<clock>{_CLOCK})(?:{_HALF})?)?"
)
DATED = re.compile(rf"{_DATED}(?:{_ZONE})?", re.IGNORECASE)
CLOCKED = re.compile(rf"(?P<clock>{_COLONS}|\d{{1,2}}(?= ?[ap]\.?m))(?:{_HALF})?", re.IGNORECASE)
#: "2023-01-01 00:00 - 2023-01-01 01:00": a row is where its stretch of time begins.
_UNTIL = re.compile(r"\s+(?:[-–—]|to|until)\s+(?=\d{1,4}\D).*$")

PLAIN = (
    *("%Y %m %d", "%Y%m%d", "%Y %m", "%m %Y"),
    *("%d %b %Y", "%b %d %Y", "%b %Y", "%Y %b", "%Y %b %d", "%d %b %y", "%b %y"),
    "%G w%V %u",
)
#: Numbers alone do not say which of them is the day.
ORDERS = {"day first": "%d %m {y}", "month first": "%m %d {y}", "year first": "{y} %m %d"}


def written(text: pd.Series) -> np.ndarray:
    """(T,) bool: which cells look like a day, or a day and a clock."""
    begins = text.str.replace(_UNTIL, "", regex=True)
    return _distinct(begins, lambda cells: cells.str.fullmatch(DATED)).to_numpy(bool)


def clocked(text: pd.Series) -> np.ndarray:
    """(T,) bool: which cells look like a time of day and nothing else."""
    return _distinct(text, lambda cells: cells.str.fullmatch(CLOCKED)).to_numpy(bool)


def dotted_clocks(text: pd.Series) -> np.ndarray:
    """(T,) bool: true if cells such as 18.10.00 are clocks, since some of them have hour 0."""
    dotted = _distinct(text, lambda cells: cells.str.fullmatch(r"\d{1,2}\.[0-5]\d\.[0-5]\d"))
    return dotted.to_numpy(bool) & text.str.match(r"0?0\.").any()


def read(text: pd.Series, order: str | None = None) -> pd.DatetimeIndex:
    """Times of cells that are ``written``; NaT for others.

    Args:
        order: "day first", "month first" or "year first" for dates such as 01/02/2023; None finds
            out: the order in which all dates exist, or else the only one in which rows are in
            order, or else the only one in which they are evenly spaced.

    Raises:
        TaskError: two orders are as good.
    """
    text = text.str.replace(_UNTIL, "", regex=True)
    parts = text.str.extract(DATED.pattern.join("^$"), flags=re.IGNORECASE)
    if parts["day"].isna().all():
        return pd.DatetimeIndex([pd.NaT] * len(text))
    since = _clock(parts) - _zone(parts["zone"])
    return pd.DatetimeIndex(_day(parts["day"], since, order) + since)


def clocks(text: pd.Series) -> pd.TimedeltaIndex:
    """Time since midnight of cells that are ``clocked``; NaT for others."""
    parts = text.str.extract(CLOCKED.pattern.join("^$"), flags=re.IGNORECASE)
    return pd.TimedeltaIndex(_clock(parts).where(parts["clock"].notna()))


def by_format(text: pd.Series, form: str) -> pd.DatetimeIndex:
    """Times of cells in a format of strptime, UTC if it has a zone; NaT for others.

    Raises:
        TaskError: there is no such format.
    """
    try:
        times = pd.to_datetime(text, format=form, errors="coerce", utc="%z" in form.lower())
    except ValueError as error:
        raise TaskError(f"dates={form!r} is no format of strptime: {error}") from None
    return pd.DatetimeIndex(times).tz_localize(None)


def _distinct(text: pd.Series, of: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """A function of each cell, worked out once for each that is different."""
    known = pd.Series(text.dropna().unique())
    return text.map(dict(zip(known, of(known), strict=True)), na_action="ignore").fillna(False)


def _day(days: pd.Series, since: pd.Series, order: str | None) -> pd.Series:
    marks = days.dropna().str.extract(r"^\d{1,2}([-/. ])\d{1,2}\1", expand=False)
    dots = len(marks) and (marks == ".").all()
    different = pd.Series(days.dropna().unique())
    plain = _normal(different)
    tried = [_parsed(plain, form) for form in PLAIN]
    best = max(tried, key=lambda times: times.notna().sum())
    if 2 * best.notna().sum() <= len(different):
        best = _numeric(plain, different, days, since, order, dots)
    return days.map(dict(zip(different, best, strict=True))).astype("datetime64[us]")


def _numeric(plain, different, days, since, order, dots):
    """Days that are three numbers of which the year may be any."""
    orders = [order] if order in ORDERS else [name for name in ORDERS if not dots or "m" != name[0]]
    year = "%Y" if plain.str.fullmatch(r".*\d{4}").mean() > 0.5 else "%y"
    forms = {name: ORDERS[name].format(y=year) for name in orders if year == "%y" or "y" != name[0]}
    tried = {name: _parsed(plain, form) for name, form in forms.items()}
    most = max(times.notna().sum() for times in tried.values())
    possible = {name: times for name, times in tried.items() if times.notna().sum() == most}
    if len(possible) > 1:
        whole = {
            name: days.map(dict(zip(different, times, strict=True))) + since
            for name, times in possible.items()
        }
        return possible[_decided(whole, days)]
    return next(iter(possible.values()))


def _decided(times: dict[str, pd.Series], days: pd.Series) -> str:
    """The order in which the rows make sense; TaskError if there are two."""
    for sense in (_in_order, is_even):
        good = [name for name, each in times.items() if sense(pd.DatetimeIndex(each.dropna()))]
        if len(good) == 1:
            return good[0]
    names = good or list(times)
    first = times[names[0]]
    if all(first.equals(times[name]) for name in names):
        return names[0]
    differs = [row for name in names[1:] for row in np.flatnonzero(first != times[name])[:1]]
    row = int(min(differs, default=0))
    choices = " or ".join(f'dates="{name}"' for name in names)
    raise TaskError(f"{days.iloc[row]!r} may be {_said(times, names, row)}; say {choices}")


def _said(times, names, row):
    return " or ".join(f"{times[name].iloc[row]:%-d %B %Y}" for name in names)


def _in_order(times: pd.DatetimeIndex) -> bool:
    return times.is_monotonic_increasing or times.is_monotonic_decreasing


def _normal(days: pd.Series) -> pd.Series:
    """Months by three letters, no st, nd, rd, th; quarters by their first month; single spaces."""
    days = days.str.lower().str.replace(r"(?<=\d)(?:st|nd|rd|th)\b", "", regex=True)
    days = days.str.replace(r"([a-z]{3,})\.?", lambda found: f" {found[1][:3]} ", regex=True)
    days = days.str.replace(r"^q([1-4])\W?(\d{4})$", r"\2q\1", regex=True)
    days = days.str.replace(
        r"^(\d{4})\W?q([1-4])$", lambda q: f"{q[1]} {3 * int(q[2]) - 2}", regex=True
    )
    days = days.str.replace(r"^(\d{4})m(\d{1,2})$", r"\1 \2", regex=True)
    days = days.str.replace(r"^(\d{4})-?(w\d\d)$", r"\1 \2 1", regex=True)
    return days.str.replace(r"[-/.,'\s]+", " ", regex=True).str.strip()


def _parsed(days: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(days, format=form, errors="coerce")


def _clock(parts: pd.DataFrame) -> pd.Series:
    """Time since midnight; 0 where no clock is written."""
    clock = parts["clock"].fillna("0").str.replace(",", ".")
    clock = clock.str.replace(r"^(\d{1,2})\.(\d\d)\.(\d\d)$", r"\1:\2:\3", regex=True)
    clock = clock.str.replace(r"^(\d\d)(\d\d)(\d\d)?$", r"\1:\2:\3", regex=True).str.rstrip(":")
    missing = 2 - clock.str.count(":")
    full = clock + missing.map({0: "", 1: ":00", 2: ":00:00"})
    since = _each(full, lambda texts: pd.to_timedelta(texts, errors="coerce"))
    hours, half = since // pd.Timedelta("1h"), parts["half"].str.lower()
    late = pd.to_timedelta(12 * ((half == "p") & (hours < 12)), unit="h")
    return since + late - pd.to_timedelta(12 * ((half == "a") & (hours == 12)), unit="h")


def _each(text: pd.Series, of: Callable[[pd.Series], pd.Series]) -> pd.Series:
    known = pd.Series(text.unique())
    return text.map(dict(zip(known, of(known), strict=True))).astype("timedelta64[us]")


def _zone(zones: pd.Series) -> pd.Series:
    """Time east of Greenwich; NaT for a row without a zone where most have one."""
    given = zones.str.upper().str.replace(r"^(?:UTC|GMT)(?=[-+])", "", regex=True)
    some = given.dropna().unique()
    east = given.map({zone: _east(zone) for zone in some}).astype("timedelta64[us]")
    mixed = given.notna().mean() > 0.5
    return east if mixed else east.fillna(pd.Timedelta(0))


def _east(zone: str) -> pd.Timedelta:
    if zone in ZONES:
        return pd.Timedelta(hours=ZONES[zone])
    sign, hours, minutes = re.match(r"([-+])(\d\d):?(\d\d)?", zone).groups()
    return int(f"{sign}1") * pd.Timedelta(hours=int(hours), minutes=int(minutes or 0))
