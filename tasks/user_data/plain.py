"""Whatever holds values, a list, a frame, a tensor, as a NumPy array of one plain type."""

from contextlib import suppress
from typing import Any

import numpy as np

from ..framework.errors import TaskError


def plain(name: str, values: Any) -> np.ndarray:
    """The values as an array of truth values, numbers or words; of objects if they are mixed.

    Raises:
        TaskError: they are a sparse matrix, or lists of different lengths.
    """
    if hasattr(values, "toarray"):
        raise TaskError(f"{name} is a sparse matrix; {name}.toarray() makes it an array")
    if hasattr(values, "detach"):  # a torch tensor may be on a device and carry gradients
        values = values.detach().cpu().numpy()
    elif hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        array = values if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
        if array.dtype.kind in "US" and isinstance(values, list | tuple):
            array = np.asarray(values, object)  # [1, "a"] would be two words
    except ValueError:
        raise TaskError(
            f"{name} is no array: its rows differ in length or number of values"
        ) from None
    return _settled(_unmasked(array))


def is_ragged(values: Any) -> bool:
    """Whether a list, or an array of objects, holds sequences of different lengths."""
    if not holds_objects(values):
        return False
    shapes = {_shape(value) for value in values}
    return len(shapes) > 1 and () not in shapes


def holds_objects(values: Any) -> bool:
    """Whether this is a list, a tuple or an array of Python objects."""
    return isinstance(values, list | tuple) or getattr(values, "dtype", "") in ("O", "object")


def finite(name: str, values: np.ndarray, advice: str = "") -> np.ndarray:
    """The values as float32.

    Raises:
        TaskError: a value is NaN or infinite.
    """
    with np.errstate(over="ignore"):
        values = values.astype(np.float32)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        raise TaskError(
            f"{name} holds {len(bad)} values that are NaN or infinite in float32, "
            f"the first at {place(bad[0])}" + (advice and f"; {advice}")
        )
    return values


def place(index) -> str:
    """An index as people write it: [3, 2, 1]."""
    return f"[{', '.join(map(str, np.atleast_1d(index)))}]"


def few(values, most: int = 6) -> str:
    """The first few values, in words."""
    shown = ", ".join(str(value) for value in values[:most]) or "none"
    return shown + (", ..." if len(values) > most else "")


def _shape(value):
    try:
        return np.shape(value) if hasattr(value, "__len__") else ()
    except ValueError:  # ragged in itself
        return (len(value),)


def _unmasked(array):
    """Masked values are missing values, which NumPy would otherwise unmask in silence."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        kind = np.float64 if array.dtype.kind in "iufb" else object
        return np.ma.filled(array.astype(kind), np.nan)
    return np.asarray(array)


def _settled(array):
    """Bytes become words; objects become what they all are."""
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8", "replace")
    if array.dtype.kind != "O" or array.size == 0:
        return array
    types = {type(value) for value in array.flat}
    if types <= {bool, np.bool_}:
        return array.astype(bool)
    if types <= {str, np.str_}:
        return array.astype(str)
    if types <= {bytes, np.bytes_}:
        return np.char.decode(array.astype(bytes), "utf-8", "replace")
    if all(issubclass(kind, int | float | np.number) and kind is not bool for kind in types):
        with suppress(OverflowError):
            return array.astype(np.float64 if any(map(_real, types)) else np.int64)
    return array


def _real(kind):
    return issubclass(kind, float | np.floating)
