"""Rows that a user leaves out, and rows at the end that do not belong to the table."""

import re
from collections.abc import Sequence

from ..framework.errors import TaskError
from .heading import is_datum
from .records import Record
from .words import as_number, quoted

SAMPLE = 50  # rows at the top that say what the cells of a column look like
MOST = 12  # lines of a footer


def kept(given: list[Record], words: Sequence[str], separator: str) -> list[Record]:
    """The records without those that hold a cell which begins with one of the words."""
    lower = [word.lower() for word in words]
    return [
        record
        for record in given
        if not any(word in record.text.lower() for word in lower)
        or not any(begins(cell, word) for cell in record.cells(separator) for word in words)
    ]


def begins(cell: str, word: str) -> bool:
    """Whether a cell begins with a word; with a number, only if the cell is that number."""
    if (number := as_number(word)) is not None:
        return as_number(cell) == number
    rest = cell[len(word) :]
    return cell.lower().startswith(word.lower()) and not rest[:1].isalnum()


def refuse_footers(given: list[Record], width: int, separator: str, drop: Sequence[str]) -> None:
    """Refuse rows at the end that do not look like those above.

    Raises:
        TaskError: there are some; the message names the words by which they can be left out.
    """
    rows = [record.cells(separator) for record in given[:SAMPLE]]
    usual = [row for row in rows if len(row) == width]
    full = {j for j in range(width) if usual and all(row[j] for row in usual)}
    data = {j for j in full if sum(is_datum(row[j]) for row in usual) > 0.9 * len(usual)}
    foot: list[Record] = []
    for record in reversed(given[SAMPLE // 10 :][-MOST:]):
        if not _is_foot(record.cells(separator), width, full, data):
            break
        foot.insert(0, record)
    if not foot:
        return
    rest = given[: -len(foot)]
    words = list(
        dict.fromkeys([*drop, *(_word(r.cells(separator), rest, separator) for r in foot)])
    )
    said = next(filter(None, foot[0].cells(separator)))
    row, line, last = len(rest) + 1, foot[0].line, foot[-1].line
    if len(foot) == 1:
        what = f"row {row} (line {line}), which begins with {said!r}, is not like the rows above"
    else:
        what = (
            f"rows {row}-{len(given)} (lines {line}-{last}), the first of which begins with "
            f"{said!r}, are not like the rows above"
        )
    raise TaskError(f"{what}; drop={quoted(','.join(words))} leaves out such rows")


def _is_foot(cells, width, full, data):
    """Whether a row is no row: of another width, or with a word, or nothing, where data stand."""
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != width:
        return any(cell and not is_datum(cell) for cell in cells)
    first = next((j for j, cell in enumerate(cells) if cell), None)
    if first is None:
        return False
    empty_before = first > 0 and 0 in full and any(cells[1:])
    return empty_before or (first in data and not is_datum(cells[first]))


def _word(cells, rest, separator):
    """The shortest beginning of a cell by which no other row would be left out, too."""
    cell = next(cell for cell in cells if cell)
    for word in (re.match(r"[^\W\d_]*", cell)[0], cell):  # type: ignore[index]
        if word and len(kept(rest, [word], separator)) == len(rest):
            return word
    return cell
