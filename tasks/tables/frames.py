"""The cells of a pandas frame."""

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .layout import Cells


def cells_of_frame(given: pd.DataFrame | pd.Series) -> Cells:
    """The cells of a frame, its index among them unless that only numbers the rows.

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
    if not len(frame):
        raise TaskError("holds no rows")
    frame = frame.apply(_plain).reset_index(drop=True)
    return Cells(frame, np.arange(1, len(frame) + 1), "row")


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
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
        return column.map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(object)
    return column
