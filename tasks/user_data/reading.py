"""Arrays, lists and frames in; a Batch, class names and notes out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..framework.batches import Batch
from ..framework.errors import TaskError
from ..framework.metrics import CLASSES
from .conversion import targets
from .order import targets_in_order
from .sequences import sequences

FEWEST = 5  # 60/20/20 then leaves at least one sequence each for validation and test
PER_STEP = ("multilabel", "series", "labelling")


def read_arrays(
    x: Any,
    y: Any,
    lengths: Any,
    kind: str,
    order: Any = None,
    missing: Any = None,
    fill: Any = None,
) -> tuple[Batch, tuple[str, ...], tuple[str, ...]]:
    """The batch, the names of its classes and notes; see ``from_arrays``.

    Raises:
        TaskError: the arrays do not make a batch.
    """
    read = sequences(x, y, lengths, kind in PER_STEP, order, fill)
    if len(read.x) < FEWEST:
        raise TaskError(
            f"x must hold at least {FEWEST} sequences for three splits, got {len(read.x)}"
        )
    if kind in PER_STEP:
        y = targets_in_order(y, read.order, *read.x.shape[:2])
    y, labels, notes = targets(kind, y, read.alive, missing)
    batch = Batch(read.x, y, read.lengths)
    if kind == "classification" and (y < 0).any():
        batch = batch.rows(y >= 0)
    elif kind == "regression" and np.isnan(y).any():
        batch = batch.rows(~np.isnan(y).any(1))
    return batch, labels, (*read.notes, *notes)


def checked_labels(labels: Sequence[str], batch: Batch, kind: str) -> tuple[str, ...]:
    """Names of the classes, one for each.

    Raises:
        TaskError: there are more or fewer, or the targets are no classes.
    """
    names = tuple(str(label) for label in labels)
    K = int(batch.y.max()) + 1 if kind in CLASSES else batch.y.shape[-1]
    if kind not in (*CLASSES, "multilabel"):
        raise TaskError(f"labels name classes; a {kind} has none")
    if len(names) != K or len({*names}) < K:
        raise TaskError(f"labels must be {K} different names, one per class, got {len(names)}")
    return names
