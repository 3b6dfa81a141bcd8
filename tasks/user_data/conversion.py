"""Convert the user's arrays to the arrays of a Batch, or refuse them."""

import numpy as np

from ..framework.errors import TaskError

FEWEST = 5  # 60/20/20 then leaves at least one sequence each for validation and test


def sequences(x) -> np.ndarray:
    """x as (N, T, D), not yet float32: values past the end of a sequence may be NaN."""
    x = array("x", x)
    if x.ndim != 3 or 0 in x.shape:
        raise TaskError(f"x must be (N, T, D), none of them 0, got shape {x.shape}")
    if x.dtype.kind != "f":
        raise TaskError(f"x must be floating point, got {x.dtype}; x.astype('float32') makes it so")
    if len(x) < FEWEST:
        raise TaskError(f"x must hold at least {FEWEST} sequences for three splits, got {len(x)}")
    return x


def array(name, values) -> np.ndarray:
    """The values as an array.

    Raises:
        TaskError: the values are ragged lists.
    """
    try:
        return np.asarray(values)
    except ValueError:
        raise TaskError(
            f"{name} is no array: its rows differ in length; pad and give lengths"
        ) from None


def valid_lengths(lengths, n: int, steps: int) -> np.ndarray | None:
    """Lengths as (n,) int64 from 1 to ``steps``, or None."""
    if lengths is None:
        return None
    lengths = array("lengths", lengths)
    if lengths.shape != (n,) or lengths.dtype.kind not in "iu":
        raise TaskError(
            f"lengths must be {n} whole numbers, got shape {lengths.shape} of {lengths.dtype}"
        )
    if lengths.min() < 1 or lengths.max() > steps:
        raise TaskError(
            f"lengths must be 1 to {steps}, the steps of x, got {lengths.min()} to {lengths.max()}"
        )
    return lengths.astype(np.int64)


def _values(y, alive):
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2 or len(y) != len(alive) or y.shape[1] == 0 or y.dtype.kind not in "fiu":
        raise TaskError(
            f"y of a regression must be numbers ({len(alive)}, K), got shape {y.shape} of {y.dtype}"
        )
    return finite("y", y)


def _classes(y, alive):
    if y.shape != alive.shape[:1] or y.dtype.kind not in "iub":
        raise TaskError(
            f"y of a classification must be {len(alive)} whole numbers, "
            f"got shape {y.shape} of {y.dtype}"
        )
    return _numbered(y)


def _classes_of_steps(y, alive):
    if y.shape != alive.shape[:2] or y.dtype.kind not in "iub":
        raise TaskError(
            f"y of labelling must be {alive.shape[:2]} whole numbers, -1 for no target, "
            f"got shape {y.shape} of {y.dtype}"
        )
    y = np.where(alive[..., 0], y.astype(np.int64), -1)
    _numbered(y[y != -1])
    return y


def _numbered(y):
    """Classes as int64; raises TaskError unless they are 0, 1, ... K - 1, all present."""
    present = np.unique(y)
    if len(present) < 2 or (present != np.arange(len(present))).any():
        raise TaskError(
            f"classes must be 0, 1, ... K - 1, all present, K at least 2, got {_few(present)}; "
            "np.unique(y, return_inverse=True)[1] numbers them so"
        )
    return y.astype(np.int64)


def _labels(y, alive):
    if (
        y.ndim != 3
        or y.shape[:2] != alive.shape[:2]
        or y.shape[2] == 0
        or y.dtype.kind not in "fiub"
    ):
        raise TaskError(
            f"y of multilabel must be {(*alive.shape[:2], 'K')}, got shape {y.shape} of {y.dtype}"
        )
    y = finite("y", np.where(alive, y, 0))
    if not np.isin(y, (0, 1)).all():
        raise TaskError(f"y of multilabel must be 0 or 1, got {_few(np.unique(y))}")
    return y


def _values_of_steps(y, alive):
    y = y[..., None] if y.ndim == 2 else y
    if y.ndim != 3 or y.shape[:2] != alive.shape[:2] or y.dtype.kind not in "fiu":
        raise TaskError(
            f"y of a series must be numbers {(*alive.shape[:2], 'K')}, NaN for no target, "
            f"got shape {y.shape} of {y.dtype}"
        )
    on = alive & ~np.isnan(y)
    if not on.any():
        raise TaskError("y of a series holds no target: all is NaN or past the end")
    return np.where(on, finite("y", np.where(on, y, 0)), np.float32(np.nan))


TARGETS = {
    "regression": _values,
    "classification": _classes,
    "multilabel": _labels,
    "series": _values_of_steps,
    "labelling": _classes_of_steps,
}


def finite(name: str, values: np.ndarray) -> np.ndarray:
    """The values as float32.

    Raises:
        TaskError: a value is NaN or infinite.
    """
    with np.errstate(over="ignore"):
        values = values.astype(np.float32)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise TaskError(
            f"{name} holds {len(bad)} values that are NaN or infinite in float32, "
            f"the first at [{place}]"
        )
    return values


def _few(values):
    shown = ", ".join(str(value) for value in values[:6]) or "none"
    return shown + (", ..." if len(values) > 6 else "")
