"""How a table is to be read: the options that a user gives."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    missing: Names = None
    fill: str | None = None
    drop: Names = None
    skip: int = 0
    encoding: str | None = None
    thousands: str | None = None
    decimal: str | None = None
    separator: str | None = None


def listed(columns: str | Sequence[str]) -> list[str]:
    """One name or several, as a list without duplicates."""
    names = [columns] if isinstance(columns, str) else list(columns)
    if not names or len({*names}) < len(names):
        raise TaskError(f"name at least one column, and each once, got {names}")
    return names
