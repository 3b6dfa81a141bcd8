"""Missing values: their marks, numbers that may be marks, and what is filled in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .layout import Cells
from .pieces import Piece
from .reading import words
from .saying import counted, place
from .words import MISSING, as_number, quoted

FILLS = ("interpolate", "previous", "split")


class Missing:
    """The marks of a missing value: the usual ones, and those that a user names.

    Args:
        given: marks; "none" if no number is one.
    """

    def __init__(self, given: str | float | Sequence | None):
        self.given = [word for word in words(given) if word.lower() != "none"]
        self.lower = MISSING | {word.lower() for word in self.given}
        self.values = [n for word in self.given if (n := as_number(word)) is not None]

    def is_mark(self, word: str) -> bool:
        """Whether a word, in lower case, means that a value is missing."""
        return word in self.lower

    def marks(self, distinct: pd.Series) -> np.ndarray:
        """(N,) bool: which of some words mean that a value is missing."""
        found = distinct.str.lower().isin(self.lower).to_numpy(bool)
        if not self.values:
            return found
        read = np.asarray(pd.to_numeric(distinct, errors="coerce"), np.float64)
        return found | self.numbers(read)

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """(N,) bool: which numbers are marks."""
        return np.isin(values, self.values)


def refuse_missing(values: np.ndarray, names: Sequence[str], cells: Cells, fill: str | None):
    """Refuse the first missing value, unless ``fill`` says what to do.

    Raises:
        TaskError: a value is missing, a column has no value, or there is no such ``fill``.
    """
    if fill is not None and fill not in FILLS:
        raise TaskError(f"fill must be one of {', '.join(FILLS)}, got {fill!r}")
    holes = np.isnan(values)
    empty = [name for name, column in zip(names, holes.T, strict=True) if column.all()]
    if empty:
        others = ",".join(name for name in names if name not in empty)
        todo = f"; columns={quoted(others)} reads the others" if others else ""
        raise TaskError(f"column {empty[0]!r} holds no value{todo}")
    if fill is not None or not holes.any():
        return
    row, d = np.argwhere(holes)[0]
    cell = cells.frame[names[d]].iloc[row]
    said = "is missing" if pd.isna(cell) or cell == "" else f"is {str(cell)!r}, a missing value"
    count = int(holes.any(1).sum())
    also = f", and so in {count - 1} more rows" if count > 1 else ""
    raise TaskError(
        f"column {names[d]!r}, {place(int(row), cells.lines, cells.where)} {said}{also}; "
        'fill="interpolate" or fill="previous" fills them in, fill="split" leaves such rows out'
    )


class Filled(NamedTuple):
    """Rows without missing values; see ``Arranged`` for the rest."""

    values: np.ndarray
    times: pd.DatetimeIndex | None
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]


def filled(
    values: np.ndarray,
    times: pd.DatetimeIndex | None,
    pieces: tuple[Piece, ...],
    fill: str | None,
) -> Filled:
    """Fill in what is missing, piece by piece.

    Rows before a first value are left out, and if values are interpolated, those after a last one.

    Args:
        values: (T, D), NaN where a value is missing.
        fill: "interpolate", linear in time (or from row to row); "previous" value; "split" leaves
            such rows out and ends a piece there.
    """
    holes = np.isnan(values)
    if not holes.any():
        return Filled(values, times, pieces, ())
    done = values.copy()
    for piece in pieces if fill != "split" else ():
        part = slice(piece.start, piece.stop)
        done[part] = _filled(values[part], None if times is None else times[part], fill)
    stays = np.asarray(~np.isnan(done).any(1))
    notes = []
    if count := int((holes & stays[:, None]).sum()):
        longest = max(_longest(column) for column in holes.T)
        how = "interpolated" if fill == "interpolate" else "filled with the value before"
        notes.append(f"{counted(count, 'missing value')} {how}, at most {longest} in a row")
    if left := int((~stays).sum()):
        notes.append(f"{counted(left, 'row')} left out, since values are missing")
    times = None if times is None else times[stays]
    return Filled(done[stays], times, tuple(_cut(pieces, stays)), tuple(notes))


def _filled(values, times, fill):
    frame = pd.DataFrame(values, times)
    if fill == "previous":
        return frame.ffill().to_numpy()
    method = "linear" if times is None else "time"
    return frame.interpolate(method, limit_area="inside").to_numpy()


def _longest(holes):
    """The longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holes, [0]])))
    return int(max(edges[1::2] - edges[::2], default=0))


def _cut(pieces, stays):
    """The pieces of the rows that stay, in their new places."""
    new = np.cumsum(stays) - 1
    for piece in pieces:
        rows = np.flatnonzero(stays[piece.start : piece.stop]) + piece.start
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if len(run):
                yield Piece(piece.series, int(new[run[0]]), int(new[run[-1]]) + 1)
