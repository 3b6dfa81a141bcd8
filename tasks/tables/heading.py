"""The top of a table: titles and comments, the names of the columns, a line of units."""

import re
from itertools import pairwise
from typing import NamedTuple

from ..framework.errors import TaskError
from . import dates
from .records import Record, lines_said
from .separators import CANDIDATES, LOOKED_AT, fit
from .words import is_missing, is_number, quoted, spelled

BRACKETED = re.compile(r"(.*?)\s*[(\[]([^()\[\]]+)[)\]]")
UNITS = frozenset(
    "% ° °c degc deg_c c k °f degf kw mw gw w kwh mwh gwh wh v kv a ma hz pa hpa kpa mbar bar m cm "
    "mm km m/s km/h kt kn mph s ms min h hr d l m3 m³ kg g t mg/l µg/m3 µg/m³ ug/m3 ppm ppb w/m2 "
    "w/m² wm-2 j mj deg degrees eur usd gbp €/mwh eur/mwh count counts - utc".split()
)


class Heading(NamedTuple):
    """The line that names the columns.

    Attributes:
        names: of the columns; "" for an unnamed one.
        at: its place among the records.
        notes: what was left out above it, a sentence each.
    """

    names: list[str]
    at: int
    notes: list[str]


def heading(given: list[Record], separator: str, skipped: bool) -> Heading:
    """Find the names of the columns.

    Args:
        given: all records below those that the user skips.
        skipped: whether the user said where the names are: in the first line then.

    Raises:
        TaskError: no line names the columns, or two columns have one name.
    """
    full = [i for i, record in enumerate(given) if not (record.is_blank or record.is_comment)]
    if not full:
        raise TaskError("holds no line that names the columns")
    at = full[0] if skipped else _line_of_names(given, full, separator)
    names = given[at].cells(separator)
    if at and _is_data(names) and _names_in_comment(given[at - 1], names, separator):
        at -= 1
        names = _uncommented(given[at]).cells(separator)
    below = [given[i].cells(separator) for i in full[: LOOKED_AT + 1] if i > at]
    return Heading(_checked(names, below, given, separator), at, _left_out_above(given[:at]))


def units_below(below: list[Record], names: list[str], separator: str) -> dict[str, str]:
    """{column: unit}, if the first record below the names holds units; else {}.

    Raises:
        TaskError: that record holds words, which are no units.
    """
    first, *rows = [record.cells(separator) for record in below[:2]] or [[]]
    if not rows or len(first) != len(names) or any(map(is_datum, first)):
        return {}
    told = [
        (name, cell, not dates.DATED.fullmatch(row))
        for name, cell, row in zip(names, first, rows[0], strict=False)
        if cell and is_datum(row)
    ]
    if not told:
        return {}
    words = [cell for _, cell, of_numbers in told if of_numbers and not _is_unit(cell)]
    if words:
        line = below[0].line
        raise TaskError(
            f"the names of the columns, {', '.join(filter(None, names))}, stand above line {line}, "
            f"which begins with {first[0] or words[0]!r}: skip={line - 1} leaves out what is above "
            f"it, drop={quoted(words[0])} the line"
        )
    return {name: cell.strip("()[]") for name, cell, of_numbers in told if of_numbers}


def _line_of_names(given, full, separator):
    """The first record as wide as most, if what stands above it can only be titles."""
    wide = fit(given, separator)
    if wide is None or not wide.above:
        return full[0]
    at = full[wide.above]
    # The first of the wide records may be a row, below names that are fewer than its cells.
    return at if not any(map(is_datum, given[at].cells(separator))) else full[wide.above - 1]


def _left_out_above(above):
    titles = [record for record in above if not record.is_blank]
    return [f"{lines_said(titles)} above the names was left out"] if titles else []


def _names_in_comment(record, row, separator):
    """Whether a comment holds the names of the columns, as NumPy writes them."""
    if not record.is_comment:
        return False
    names = _uncommented(record).cells(separator)
    return len(names) == len(row) > 0 and not any(map(is_datum, names))


def _uncommented(record):
    return record._replace(text=record.text.lstrip().lstrip("#%/ "))


def _checked(names, below, given, separator):
    """The names; refused if the line holds none, or two that are alike."""
    if _is_data(names):
        raise TaskError(
            f"the first line must name the columns, got {', '.join(names[:4])}; put a line of "
            "names above it"
        )
    if len(names) == 1:
        for other in CANDIDATES:
            if other != separator and other in names[0] and fit(given, other):
                mark = spelled(other)
                raise TaskError(f'one column, {names[0]!r}: is it separator="{mark}"?')
    twice = [name for i, name in enumerate(names) if name and name in names[:i]]
    if twice:
        raise TaskError(f"two columns are called {twice[0]!r}; rename one")
    if _are_numbered(below, len(names) + 1):
        return ["", *names]
    return names


def _are_numbered(below, width):
    """Whether rows have one cell more than names and begin with their number, as R writes them."""
    first = [cells[0] for cells in below if len(cells) == width]
    if len(first) < len(below) or not first or not all(map(str.isdecimal, first)):
        return False
    return all(int(b) == int(a) + 1 for a, b in pairwise(first))


def _is_unit(cell):
    whole = BRACKETED.fullmatch(cell)
    return (whole is not None and not whole[1]) or cell.lower() in UNITS


def is_datum(cell):
    """Whether a cell is a number, a time or a mark of a missing value, but not empty."""
    if not cell:
        return False
    return bool(
        is_missing(cell) or is_number(cell) or dates.DATED.fullmatch(cell)
        or dates.CLOCKED.fullmatch(cell)
    )  # fmt: skip


def _is_data(cells):
    return all(is_datum(cell) for cell in cells if cell)
