"""How a table is to be read: the options that a user gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError

Names = str | Sequence[str] | None


@dataclass(frozen=True)
class Reading:
    """Options of reading a table; None finds out, or refuses where a guess would be one of two.

    Attributes:
        columns: the columns to read as numbers; None for all that hold numbers.
        time: the column, or columns, that say when; "none" if the rows stand in order.
        dates: "day first", "month first" or "year first" for dates of numbers, a format of
            strptime, or "spreadsheet" for days since 30 December 1899.
        zone: of the clocks that wrote times without a zone, such as "Europe/Berlin".
        sort: put the rows into time order.
        duplicates: "mean", "first" or "last" of the rows that have one time.
        gaps: "interpolate", "split" or "keep".
        series: the column, or columns, that say which series a row belongs to.
        missing: marks of a missing value beside the usual ones; "none" if every number is one.
        fill: "interpolate", "previous" or "split" where values are missing.
        drop: rows that hold this text in a cell are left out.
        skip: so many lines above the names are left out.
        encoding: of the file; None for UTF-8, or what a byte order mark says.
        clip: values farther than so many interquartile ranges from the median are cut off later,
            by whoever knows the rows to train on; here they are let through.
        thousands, decimal: marks within numbers.
        separator: between cells.
    """

    columns: Names = None
    time: Names = None
    dates: str | None = None
    zone: str | None = None
    sort: bool = False
    duplicates: str | None = None
    gaps: str | None = None
    series: Names = None
    missing: str | float | Sequence | None = None
    fill: str | None = None
    drop: Names = None
    skip: int = 0
    encoding: str | None = None
    clip: float | None = None
    thousands: str | None = None
    decimal: str | None = None
    separator: str | None = None

    @property
    def takes_all(self) -> bool:
        """Whether every number is a value, however far from the others it lies."""
        return "none" in [word.lower() for word in words(self.missing)]


def listed(columns: str | Sequence[str]) -> list[str]:
    """One name or several, as a list without duplicates."""
    names = [columns] if isinstance(columns, str) else list(columns)
    if not names or len({*names}) < len(names):
        raise TaskError(f"name at least one column, and each once, got {names}")
    return names


def named(asked: str | Sequence[str], known: Sequence[str], what: str) -> list[str]:
    """The names that a user gave, as a list, or as text in which commas stand between them.

    Raises:
        TaskError: one is not known.
    """
    if isinstance(asked, str) and asked not in known and "," in asked:
        asked = [name.strip() for name in asked.split(",")]
    names = listed(asked)
    for name in names:
        if name not in known:
            raise unknown(what, name, known, TaskError)
    return names


def words(given: str | float | Sequence | None) -> list[str]:
    """One word or several, as typed or as Python has them, as a list of text."""
    if given is None:
        return []
    several = given if isinstance(given, list | tuple) else str(given).split(",")
    return [text for each in several if (text := str(each).strip())]
