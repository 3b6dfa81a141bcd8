"""Convert the user's targets to the y of a Batch, or refuse them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..framework.errors import TaskError
from .classes import of_each_sequence, of_each_step
from .labels import Targets
from .plain import few, finite, plain
from .sets import of_sets
from .steps import of_steps


def targets(kind: str, y: Any, alive: np.ndarray, missing: Any = None) -> Targets:
    """The targets of sequences.

    Args:
        kind: as in a Task.
        y: of any of the usual forms; see ``from_arrays``.
        alive: (N, T) bool, the steps before each end.
        missing: labels that mean "none"; see ``labels.named``.

    Raises:
        TaskError: they do not fit the kind or the sequences; the message says what would.
    """
    if kind in CLASSES:
        return CLASSES[kind](y, alive, missing)
    if kind == "regression":
        return _values(y, alive, missing)
    return (_labels if kind == "multilabel" else _values_of_steps)(y, alive)


def _values(y, alive, missing):
    y = plain("y", y)
    n, steps = alive.shape
    if y.dtype.kind == "U":
        raise TaskError(
            f'y holds words, such as {str(y.flat[0])!r}: kind="classification" learns them'
        )
    y = y[:, None] if y.ndim == 1 else y
    y = y[..., 0] if y.ndim == 3 and y.shape[2] == 1 and y.shape[1] != steps else y
    if y.ndim != 2 or len(y) != n or y.shape[1] == 0 or y.dtype.kind not in "biuf":
        other = '; kind="series" learns numbers at every step' if y.shape[:2] == (n, steps) else ""
        raise TaskError(
            f"y of a regression must be numbers ({n}, K), got shape {y.shape} of {y.dtype}{other}"
        )
    gone = np.asarray(np.isnan(y.astype(np.float64)).any(1))
    if missing is None or not gone.any():
        return Targets(
            finite("y", y, 'missing="drop" leaves out such sequences' if gone.any() else "")
        )
    y = np.where(gone[:, None], np.nan, finite("y", np.where(gone[:, None], 0, y)))
    return Targets(
        y.astype(np.float32), (), (f"{gone.sum()} sequences without a target were left out",)
    )


def _labels(y, alive):
    if (sets := of_sets(y, alive)) is not None:
        return Targets(*sets)
    y = of_steps("multilabel", y, alive)
    y = y[..., None] if y.ndim == 2 else y
    if y.ndim != 3 or y.shape[2] == 0 or y.dtype.kind not in "biuf":
        raise TaskError(
            f"y of multilabel must be {(*alive.shape, 'K')}, got shape {y.shape} of {y.dtype}"
        )
    y = finite("y", np.where(alive[..., None], y, 0))
    if not np.isin(y, (0, 1)).all():
        raise TaskError(f"y of multilabel must be 0 or 1, got {few(np.unique(y))}")
    return Targets(y)


def _values_of_steps(y, alive):
    y = of_steps("series", y, alive)
    y = y[..., None] if y.ndim == 2 else y
    if y.ndim != 3 or y.shape[2] == 0 or y.dtype.kind not in "biuf":
        raise TaskError(
            f"y of a series must be numbers {(*alive.shape, 'K')}, NaN for no target, "
            f"got shape {y.shape} of {y.dtype}"
        )
    on = alive[..., None] & ~np.isnan(y)
    if not on.any():
        raise TaskError("y of a series holds no target: all is NaN or past the end")
    return Targets(np.where(on, finite("y", np.where(on, y, 0)), np.float32(np.nan)))


CLASSES: dict[str, Callable[..., Targets]] = {
    "classification": of_each_sequence,
    "labelling": of_each_step,
}
