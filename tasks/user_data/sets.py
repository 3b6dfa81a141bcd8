"""Sets of words at every step, as 0 and 1."""

from typing import Any

import numpy as np

from ..framework.errors import TaskError
from .plain import holds_objects


def of_sets(
    y: Any, alive: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]] | None:
    """y (N, T, K) of 0 and 1, the K words and a note, from N rows of T sets; None if y is other.

    Raises:
        TaskError: there is one set per sequence, or a row is not as long as its sequence.
    """
    if _is_set(_first(y)):
        raise TaskError(
            "y of multilabel holds a set per sequence, not per step; "
            "[[s] * steps for s in y] repeats it at every step"
        )
    if not _is_set(_first(_first(y))):
        return None
    rows = [[{str(word).strip() for word in one} for one in row] for row in y]
    words = sorted(set().union(*(one for row in rows for one in row)))
    if not words:
        raise TaskError("y of multilabel holds empty sets only")
    if len(rows) != len(alive):
        raise TaskError(f"x holds {len(alive)} sequences, but y {len(rows)}")
    found = np.zeros((*alive.shape, len(words)), np.float32)
    for i, (row, length) in enumerate(zip(rows, alive.sum(1), strict=True)):
        if len(row) not in (length, alive.shape[1]):
            raise TaskError(f"y of sequence {i} has {len(row)} sets, but x has {length} steps")
        for t, one in enumerate(row[:length]):
            found[i, t, [words.index(word) for word in one]] = 1
    return found, tuple(words), (f"sets of {len(words)} words are read as 0 and 1",)


def _is_set(value):
    if isinstance(value, list | tuple):
        return any(isinstance(part, str) for part in value)
    return isinstance(value, set | frozenset)


def _first(values):
    return values[0] if holds_objects(values) and len(values) else None
