"""Tables as people write them: days, a load and a temperature, in any form."""

from collections.abc import Callable
from datetime import date, timedelta
from math import sin

N = 60
LOAD = [round(100 + 20 * sin(i / 4) + 3 * sin(i * i), 3) for i in range(N)]
TEMPERATURE = [round(10 + 5 * sin(i / 5) + sin(7 * i * i), 3) for i in range(N)]


def day(i: int) -> str:
    """The date of row i."""
    return str(date(2023, 1, 1) + timedelta(days=i))


def rows(
    load: Callable[[int], str] = lambda i: f"{LOAD[i]:.2f}",
    separator: str = ",",
    names: str = "date,load",
    when: Callable[[int], str] = day,
) -> str:
    """A table of ``N`` rows, with a cell (or several) that ``load`` writes for each."""
    head = names.replace(",", separator)
    return "\n".join([head, *(f"{when(i)}{separator}{load(i)}" for i in range(N))]) + "\n"


def once(i: int, cell: str, others: Callable[[int], str] = lambda i: f"{LOAD[i]:.2f}"):
    """A writer of cells of which one is special."""
    return lambda row: cell if row == i else others(row)


def swapped(text: str) -> str:
    """1,234.5 as 1.234,5."""
    return text.translate(str.maketrans(",.", ".,"))
