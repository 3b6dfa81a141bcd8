"""Targets of steps as one array, also from rows that differ in length."""

from typing import Any

import numpy as np

from ..framework.errors import TaskError
from .plain import is_ragged, plain

ASKED = {
    "labelling": ("y of labelling must be labels", "-1 for no target, "),
    "series": ("y of a series must be numbers", "NaN for no target, "),
    "multilabel": ("y of multilabel must be 0 or 1", ""),
}


def of_steps(kind: str, y: Any, alive: np.ndarray) -> np.ndarray:
    """y as an array (N, T, ...), zeros past each end of ragged rows.

    Args:
        alive: (N, T) bool, the steps before each end.

    Raises:
        TaskError: y does not fit the sequences.
    """
    y = _side_by_side(y, alive) if is_ragged(y) else plain("y", y)
    if y.shape[:2] == alive.shape:
        return y
    what, none = ASKED[kind]
    shape = alive.shape if kind == "labelling" else (*alive.shape, "K")
    once = "regression" if kind == "series" else "classification"
    other = f'; kind="{once}" learns one answer per sequence' if y.shape == alive.shape[:1] else ""
    raise TaskError(f"{what} {shape}, {none}got shape {y.shape} of {y.dtype}{other}")


def _side_by_side(rows, alive):
    rows, lengths = [plain("y", row) for row in rows], alive.sum(1)
    if len(rows) != len(alive):
        raise TaskError(f"x holds {len(alive)} sequences, but y {len(rows)}")
    for i, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        if len(row) != length:
            raise TaskError(f"y of sequence {i} has {len(row)} steps, but x has {length}")
    words = any(row.dtype.kind in "UO" for row in rows)
    flat = np.concatenate([row.astype(object) for row in rows] if words else rows)
    y = np.zeros((*alive.shape, *flat.shape[1:]), flat.dtype)
    y[alive] = flat
    return y
