"""Sequences in pandas frames, as arrays or lists of arrays."""

from typing import Any

import numpy as np

from ..framework.errors import TaskError


def unframed(x: Any) -> Any:
    """What a frame or a column holds; anything else as it is.

    A frame has a sequence per row, its steps in columns; or, as in sktime, a sequence per row and
    an input per column, whose cells are sequences; or rows under a pair (sequence, step) and an
    input per column. A column holds sequences in its cells.

    Raises:
        TaskError: a column of the frame holds no numbers.
    """
    if hasattr(x, "iloc") and not hasattr(x, "columns"):
        return [*x] if _nested(x) else x
    if not hasattr(x, "columns"):
        return x
    if getattr(x.index, "nlevels", 1) == 2:
        _numbers_only(x)
        return [rows.to_numpy(float) for _, rows in x.groupby(level=0, sort=False)]
    if len(x) and all(_nested(x[name]) for name in x.columns):
        return [_cells(row) for row in x.itertuples(index=False)]
    _numbers_only(x)
    return x.to_numpy(float, na_value=np.nan)


def _nested(column):
    return len(column) > 0 and np.ndim(column.iloc[0]) == 1


def _cells(row):
    inputs = [np.asarray(cell, float) for cell in row]
    if len({*map(len, inputs)}) > 1:
        raise TaskError("inputs of one sequence of x differ in length")
    return np.stack(inputs, 1)


def _numbers_only(frame):
    for name, kind in frame.dtypes.items():
        if getattr(kind, "kind", "O") not in "biuf":
            raise TaskError(
                f"column {name!r} of x holds {kind}, no numbers; "
                f"x.drop(columns=[{name!r}]) leaves it out"
            )
