"""Times written as text, read with pandas."""

import re
from typing import Any

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .forms import CLOCKED, DATED, DOTTED, MONTHS, ZONES
from .orders import NONE, ORDERS, decided

#: A day whose parts are in order, with single spaces between.
PLAIN = (
    *("%Y %m %d", "%Y%m%d", "%Y %m", "%m %Y", "%d %b %Y", "%b %d %Y", "%b %Y", "%Y %b"),
    *("%Y %b %d", "%d %b %y", "%b %y", "%G w%V %u", "%Y %d %m"),
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")
_NUMBERS = re.compile(r"\d\d?([-/.])\d\d?\1\d{4}( \d\d?:\d\d(:\d\d)?)?")

_THREE = {"day first": ("%d", "%m", "%Y"), "month first": ("%m", "%d", "%Y")}


def written(text: pd.Series) -> np.ndarray:
    """(T,) bool: which cells look like a day, or a day and a clock."""
    return np.array([DATED.fullmatch(cell) is not None for cell in text], bool)


def clocked(text: pd.Series) -> np.ndarray:
    """(T,) bool: which cells look like a time of day and nothing else."""
    return np.array([CLOCKED.fullmatch(cell) is not None for cell in text], bool)


def dotted_clocks(text: pd.Series) -> np.ndarray:
    """(T,) bool: which cells such as 18.10.00 are clocks and no days, for some have hour 0."""
    dotted = np.array([DOTTED.fullmatch(cell) is not None for cell in text], bool)
    return dotted & any(re.match(r"0?0\.", cell) for cell in text)


def read(text: pd.Series, order: str | None = None, more: Any = NONE) -> pd.DatetimeIndex:
    """Times of cells that are ``written``; NaT for others.

    Args:
        order: "day first", "month first" or "year first" for dates such as 01/02/2023; None finds
            out: the order in which all dates exist, or else that which ``decided`` finds.
        more: (T,) time of day, which stands in other columns.

    Raises:
        TaskError: two orders are as good.
    """
    if (times := _of_one_form(text, order, more)) is not None:
        return times
    found = [DATED.fullmatch(cell) for cell in text]
    names = ("day", "clock", "half", "zone")
    parts = [match.group(*names) if match else (None,) * len(names) for match in found]
    day, clock, half, zone = (pd.Series(part, dtype=object) for part in zip(*parts, strict=True))
    if day.isna().all():
        return pd.DatetimeIndex([pd.NaT] * len(text))
    since = _clock(clock, half) - _zone(zone)
    return pd.DatetimeIndex(_day(day, since + more, order) + since)


def clocks(text: pd.Series) -> pd.TimedeltaIndex:
    """Time since midnight of cells that are ``clocked``; NaT for others."""
    parts = text.str.extract(CLOCKED.pattern.join("^$"), flags=re.IGNORECASE)
    return pd.TimedeltaIndex(_clock(parts["clock"], parts["half"]).where(parts["clock"].notna()))


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


def _of_one_form(text, order, more):
    """Times in the commonest forms, which pandas reads fast; None if they are in others."""
    first = text.iloc[0]
    if _ISO.fullmatch(first) and order is None and text.map(len).nunique() == 1:
        times = _parsed(text, "ISO8601")
        return None if times.isna().any() else pd.DatetimeIndex(times).as_unit("us")
    if not (form := _NUMBERS.fullmatch(first)):
        return None
    mark, clock, seconds = form.groups()
    forms = {name: mark.join(parts) for name, parts in _THREE.items() if order in (None, name)}
    if mark == "." and order is None:  # no country writes months before dots
        del forms["month first"]
    clock = "" if not clock else " %H:%M:%S" if seconds else " %H:%M"
    tried = {name: _parsed(text, form + clock) for name, form in forms.items()}
    whole = {name: times for name, times in tried.items() if not times.isna().any()}
    return pd.DatetimeIndex(decided(whole, text, more)).as_unit("us") if whole else None


def _day(days: pd.Series, since: pd.Series, order: str | None) -> pd.Series:
    codes, known = pd.factorize(days)
    different = pd.Series(known)
    plain, nothing = _plain(different), pd.Series(pd.NaT, different.index)
    best = max((_parsed(plain, form) for form in PLAIN), key=lambda times: times.notna().sum())
    if 2 * best.notna().sum() <= len(different):
        dots = different.str.fullmatch(r"\d+\.\d+\.\d+").all()
        tried = _orders(plain, order, dots) or {"none": nothing}
        if not tried:  # such as "year first" for 01/02/2023
            return pd.Series(pd.NaT, days.index, dtype="datetime64[us]")
        return decided({name: _spread(t, codes) for name, t in tried.items()}, days, since)
    return _spread(best, codes)


def _spread(values: pd.Series, codes: np.ndarray) -> pd.Series:
    """Values of what is different, for each row; NaT for code -1."""
    return pd.Series(values.reindex(codes).to_numpy("datetime64[us]"))


def _orders(plain, order, dots):
    """{order: days} of three numbers of which any may be the year; those that read most."""
    year = "%Y" if plain.str.fullmatch(r".*\d{4}").mean() > 0.5 else "%y"
    orders = [order] if order else [name for name in ORDERS if not (dots and name[0] == "m")]
    tried = {
        name: _parsed(plain, ORDERS[name].format(y=year))
        for name in orders
        if not (year == "%Y" and name[0] == "y")
    }
    most = max((times.notna().sum() for times in tried.values()), default=0)
    return {name: times for name, times in tried.items() if times.notna().sum() == most}


def _plain(days: pd.Series) -> pd.Series:
    """Months by three letters, no st, nd, rd, th; quarters by their first month; single spaces."""
    days = days.str.lower().str.replace(r"(?<=\d)(?:st|nd|rd|th)\b", "", regex=True)
    days = days.str.replace(r"([^\W\d_]{3,})\.?", _month, regex=True)
    days = days.str.replace(r"\bde\b", " ", regex=True)
    days = days.str.replace(r"^q([1-4])\W?(\d{4})$", r"\2q\1", regex=True)
    days = days.str.replace(
        r"^(\d{4})\W?q([1-4])$", lambda q: f"{q[1]} {3 * int(q[2]) - 2}", regex=True
    )
    days = days.str.replace(r"^(\d{4})m(\d{1,2})$", r"\1 \2", regex=True)
    days = days.str.replace(r"^(\d{4})-?(w\d\d)$", r"\1 \2 1", regex=True)
    return days.str.replace(r"[-/.,'\s]+", " ", regex=True).str.strip()


def _month(found):
    """A month's name by its three letters in English."""
    word = found[1]
    return f" {MONTHS.get(word[:4], MONTHS.get(word[:3], word))} "


def _parsed(days: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(days, format=form, errors="coerce")


def _clock(clocks: pd.Series, halves: pd.Series) -> pd.Series:
    """Time since midnight; 0 where no clock is written."""
    said = clocks.fillna("0").str.cat(halves.fillna("").str.lower(), sep=" ")
    codes, known = pd.factorize(said)
    parts = pd.Series(known).str.partition(" ")
    clock = parts[0].str.replace(",", ".")
    clock = clock.str.replace(r"^(\d{1,2})\.(\d\d)\.(\d\d)$", r"\1:\2:\3", regex=True)
    clock = clock.str.replace(r"^(\d\d)(\d\d)(\d\d)?$", r"\1:\2:\3", regex=True).str.rstrip(":")
    full = clock + clock.str.count(":").map({0: ":00:00", 1: ":00", 2: ""})
    since = pd.to_timedelta(full, errors="coerce")
    hours, half = since // pd.Timedelta("1h"), parts[2]
    since += pd.to_timedelta(12 * ((half == "p") & (hours < 12)), unit="h")
    since -= pd.to_timedelta(12 * ((half == "a") & (hours == 12)), unit="h")
    return pd.Series(since.to_numpy("timedelta64[us]")[codes])


def _zone(zones: pd.Series) -> pd.Series:
    """Time east of Greenwich; NaT for a row without a zone where most have one."""
    codes, known = pd.factorize(zones)
    missing = np.timedelta64("NaT" if (codes >= 0).mean() > 0.5 else 0, "us")
    east = np.array([*map(_east, known), missing], "timedelta64[us]")
    return pd.Series(east[codes])  # code -1 is the last


def _east(zone: str) -> np.timedelta64:
    zone = zone.upper()
    if zone in ZONES:
        return np.timedelta64(ZONES[zone], "h")
    found = re.search(r"([-+])(\d\d):?(\d\d)?$", zone)
    assert found, zone
    sign, hours, minutes = found.groups()
    return np.timedelta64(int(f"{sign}1") * (60 * int(hours) + int(minutes or 0)), "m")
