"""The classes of sequences and of steps, from labels in any of the usual forms."""

from typing import Any

import numpy as np

from ..framework.errors import TaskError
from .labels import Targets, named, one_hot
from .plain import few, plain
from .steps import of_steps

FEWEST = 3  # sequences of a class: one in each split
MANY = 100  # classes; of so many, some are always seldom


def of_each_sequence(y: Any, alive: np.ndarray, missing: Any) -> Targets:
    """Classes (N,), from labels (N,) or (N, 1) or from one-hot rows (N, K); see ``named``."""
    n, columns = len(alive), getattr(y, "columns", None)
    if np.ndim(y) != 1 or columns is not None:  # a Categorical, which has an order, is kept
        y = plain("y", y)
        y = y.reshape(-1) if y.size == n else y
    if np.ndim(y) == 2 and len(y) == n and one_hot(y):
        return _of_sequences_one_hot(y, columns, missing)
    if np.shape(y) != (n,):
        raise TaskError(_no_labels(np.asarray(y), *alive.shape))
    return named(y, missing)


def of_each_step(y: Any, alive: np.ndarray, missing: Any) -> Targets:
    """Classes (N, T), -1 for no target, from labels (N, T) or from one-hot steps (N, T, K)."""
    y = of_steps("labelling", y, alive)
    y = y[..., 0] if y.ndim == 3 and y.shape[2] == 1 else y
    if y.ndim == 3 and one_hot(y[alive]):
        codes = np.where(alive & (y.sum(-1) > 0), y.argmax(-1), -1)
        read = _of_one_hot(codes, y.shape[2], None)
    elif y.ndim == 2:
        read = named(y[alive], missing, steps=True)
        codes = np.full(alive.shape, -1, np.int64)
        codes[alive] = read.y
    else:
        raise TaskError(f"y of labelling must be a label at each of {alive.shape}, got {y.shape}")
    return Targets(codes, read.labels, (*read.notes, *_seldom(codes, read.labels)))


def _of_sequences_one_hot(y, columns, missing):
    none = np.flatnonzero(y.sum(-1) == 0)
    if len(none) and missing is None:
        raise TaskError(
            f'row {none[0]} of the one-hot y holds no 1; missing="drop" leaves out such sequences'
        )
    read = _of_one_hot(np.where(y.sum(-1) > 0, y.argmax(-1), -1), y.shape[1], columns)
    left_out = (f"{len(none)} sequences without a label were left out",) if len(none) else ()
    return read._replace(notes=(*read.notes, *left_out))


def _of_one_hot(codes, K, columns):
    never = np.setdiff1d(np.arange(K), codes)
    if len(never):
        name = never[0] if columns is None else columns[never[0]]
        raise TaskError(f"column {name} of the one-hot y is never 1; leave it out")
    names = [] if columns is None or [*columns] == [*range(K)] else [*columns]
    labels = tuple(str(name).strip() for name in names)
    return Targets(codes.astype(np.int64), labels, (f"one-hot y is read as {K} classes",))


def _no_labels(y, n, steps):
    told = f"y of a classification must be {n} labels, got shape {y.shape} of {y.dtype}"
    if y.shape[:2] == (n, steps) and y.dtype.kind != "f":
        return f'{told}; kind="labelling" learns a label at every step'
    if y.ndim != 2 or len(y) != n or y.dtype.kind not in "biuf":
        return told
    if not np.isin(y, (0, 1)).all():
        return f"{told}; of probabilities, y.argmax(1) takes the likeliest class"
    return (
        f"row {int((y.sum(1) > 1).argmax())} of y holds several labels; for sets, repeat y at "
        f'every step, np.repeat(y[:, None], {steps}, 1), and say kind="multilabel"'
    )


def _seldom(codes, labels):
    """A note of classes that a split will lack, as too few sequences have them."""
    K = int(codes.max()) + 1
    if K > MANY:
        return ()
    within = np.array([(codes == k).any(1).sum() for k in range(K)])
    rare = [labels[k] if labels else k for k in np.flatnonzero(within < FEWEST).tolist()]
    return (f"a split lacks class {few(rare)}: fewer than 3 sequences have it",) if rare else ()
