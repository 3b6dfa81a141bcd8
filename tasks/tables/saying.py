"""How messages about a table name rows and times."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

CLOCKS = 'if clocks were set back or forward there, zone="Europe/Berlin" (or yours) reads them'


class Given(NamedTuple):
    """Rows as they stand in the file, for messages about them."""

    times: Any  # a pandas DatetimeIndex
    series: np.ndarray | None
    lines: np.ndarray
    where: str
    hint: str

    def row(self, row: int) -> str:
        """Such as "row 3 (line 4), 2023-01-01 01:00"."""
        of = "" if self.series is None else f" of {self.series[row]}"
        return f"{place(row, self.lines, self.where)}, {moment(self.times[row])}{of},"

    def stamps(self) -> np.ndarray:
        """(T,) microseconds."""
        return self.times.as_unit("us").asi8


def counted(count: int, what: str) -> str:
    """Such as "1 row was" or "3 rows were"."""
    return f"{count} {what} was" if count == 1 else f"{count} {what}s were"


def place(row: int, lines: np.ndarray, where: str) -> str:
    """A row by its number, and its line in a file."""
    return f"row {row + 1}" + (f" (line {lines[row]})" if where == "line" else "")


def moment(time: pd.Timestamp) -> str:
    """A time without the parts that are 0."""
    text = time.isoformat(" ")
    return text.removesuffix(":00").removesuffix(" 00:00")


def with_unit(column: str, unit: str) -> str:
    """ "load (MW)"; the name alone if no unit is known, or if the name says it already."""
    return f"{column} ({unit})" if unit and not column.endswith(f"({unit})") else column


def spoken(apart: Any) -> str:
    """A time in the largest unit in which it is a round number."""
    for unit, name in (("D", "day"), ("h", "hour"), ("min", "minute"), ("s", "second")):
        count = apart / pd.Timedelta(1, unit)
        if count >= 1 and count == int(count):
            return f"{int(count)} {name}{'s' if count > 1 else ''}"
    return f"{apart.total_seconds():g} seconds"


def night_of_clocks(time: pd.Timestamp) -> bool:
    """Whether clocks may be set back or forward then, somewhere."""
    return time.month in (3, 4, 9, 10, 11) and time.weekday() == 6 and time.hour < 4
