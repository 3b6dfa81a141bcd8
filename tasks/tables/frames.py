"""The cells of a pandas frame."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .footers import begins
from .layout import Cells
from .saying import counted


def cells_of_frame(given: pd.DataFrame | pd.Series, drop: Sequence[str] = ()) -> Cells:
    """The cells of a frame, its index among them unless that only numbers the rows.

    Args:
        drop: rows with a cell that begins with one of these words are left out.

    Raises:
        TaskError: it has no rows, or two columns of one name.
    """
    frame = given.to_frame("value" if given.name is None else given.name) if (
        isinstance(given, pd.Series)
    ) else given  # fmt: skip
    frame = _with_index(frame.set_axis([_name(column) for column in frame.columns], axis=1))
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise TaskError(f"two columns are called {twice[0]!r}; rename one")
    frame = frame.apply(_plain).reset_index(drop=True)
    rows = np.flatnonzero(~_dropped(frame, drop))
    if not len(rows):
        raise TaskError("holds no rows")
    left = len(frame) - len(rows)
    said = " or ".join(map(repr, drop))
    notes = (f"{counted(left, 'row')} left out: a cell begins with {said}",) if left else ()
    return Cells(frame.iloc[rows].reset_index(drop=True), rows + 1, "row", notes=notes)


def _dropped(frame, words):
    """(T,) bool: which rows hold a cell that begins with one of the words."""
    cells = np.zeros(len(frame), bool)
    for name in frame if words else ():
        text = frame[name].astype(str)
        known = {cell: any(begins(cell, word) for word in words) for cell in text.unique()}
        cells |= text.map(known).to_numpy(bool)
    return cells


def _name(column):
    """A column's name as text; the levels of several, joined."""
    return " ".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _with_index(frame):
    index = frame.index
    if not isinstance(index, pd.MultiIndex) and index.name is None and index.dtype.kind in "iu":
        return frame.reset_index(drop=True)
    names = [
        name if name is not None else "time" if level.dtype.kind not in "OU" else "index"
        for name, level in zip(index.names, _levels(index), strict=True)
    ]
    return frame.reset_index(names=[str(name) for name in names])


def _levels(index):
    return [index.get_level_values(i) for i in range(index.nlevels)]


def _plain(column):
    """Categories and objects as text; numbers, truth values and times as they are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if column.dtype.kind == "c":
        raise TaskError(f"column {column.name!r} holds complex numbers: give two columns instead")
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
        return column.map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(object)
    return column
