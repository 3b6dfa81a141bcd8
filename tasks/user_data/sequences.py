"""Sequences in whatever form they come, as x (N, T, D) and lengths."""

from typing import Any, NamedTuple

import numpy as np

from gatelab.foundation.errors import unknown

from ..framework.batches import valid_steps
from ..framework.errors import TaskError
from .ends import lengths_of, padded
from .holes import filled
from .order import ORDERS, in_order
from .panel import unframed
from .plain import finite, is_ragged, place, plain


class Sequences(NamedTuple):
    """Sequences as a Batch has them, and what was done to make them so.

    x: (N, T, D) float32, 0 past each end.
    lengths: (N,) int64, or None if all are full.
    alive: (N, T) bool, the steps before each end.
    order: the order of axes in which x came, one of ``ORDERS``.
    notes: a sentence each.
    """

    x: np.ndarray
    lengths: np.ndarray | None
    alive: np.ndarray
    order: str
    notes: tuple[str, ...]


def sequences(
    x: Any,
    y: Any,
    lengths: Any = None,
    per_step: bool = False,
    order: str | None = None,
    fill: str | None = None,
    zeros_are_data: bool = False,
) -> Sequences:
    """Sequences from an array, a list of arrays or a frame; see ``from_arrays``.

    Args:
        y: the targets: how many they are says which axis of x counts the sequences.
        per_step: whether y has an axis of steps.
        zeros_are_data: whether the lengths are known, so that zeros at an end are no padding.

    Raises:
        TaskError: they are no sequences of numbers; the message says what is wrong where.
    """
    if order is not None and order not in ORDERS:
        raise unknown("order", order, ORDERS, TaskError)
    x = unframed(x)
    if is_ragged(x):
        x, found, notes = padded([numbers(f"x[{i}]", each) for i, each in enumerate(x)], order)
        lengths = found if lengths is None else _agreeing(lengths, found)
        order = "NTD"
    else:
        x, order, notes = in_order(numbers("x", x), y, lengths, per_step, order)
    if 0 in x.shape:
        raise TaskError(f"x must be (N, T, D), none of them 0, got shape {x.shape}")
    lengths, ended = lengths_of(x, lengths, zeros_are_data)
    alive = valid_steps(lengths, *x.shape[:2])
    x, mended = filled(x, alive, fill)
    codes = () if zeros_are_data else _quantities(x)
    x = finite("x", np.where(alive[..., None], x, 0), _advice(x, alive))
    return Sequences(x, lengths, alive, order, (*notes, *ended, *mended, *codes))


def numbers(name: str, x: Any) -> np.ndarray:
    """The values as floating point numbers.

    Raises:
        TaskError: some are words or other objects; the message names the first.
    """
    x = plain(name, x)
    if x.dtype.kind == "f":
        return x
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    if x.dtype == object:
        for index, value in np.ndenumerate(x):
            if value is not None and not isinstance(value, int | float | np.number):
                raise TaskError(_no_number(name, index, value))
        try:
            values = [np.nan if value is None else float(value) for value in x.flat]
        except OverflowError:
            raise TaskError(f"{name} holds a number that is too large for any float") from None
        return np.array(values).reshape(x.shape)
    value = x.flat[0].item() if x.size else x.dtype
    raise TaskError(_no_number(name, np.zeros(x.ndim, int), value))


def _no_number(name, index, value):
    kind = type(value).__name__
    said = " ".join(repr(value).split())
    return f"{name} must hold numbers, got {said:.40} ({kind}) at {place(index)}"


def _quantities(x):
    """A note on one input of whole numbers, which may be codes of symbols."""
    if x.shape[2] > 1 or (x == 0).all() or not (x == np.round(x)).all() or x.max() <= 1:
        return ()
    return ("x is read as quantities; if its numbers are codes, np.eye(K)[x] gives them one-hot",)


def _agreeing(lengths, found):
    given = np.asarray(lengths).reshape(-1) if np.ndim(lengths) else found
    if given.shape != found.shape or (given != found).any():
        at = int((given != found).argmax()) if given.shape == found.shape else 0
        raise TaskError(
            f"lengths say otherwise than the sequences, the first at {place(at)}; leave lengths out"
        )
    return found


def _advice(x, alive):
    if np.isnan(x[alive]).any() and not np.isinf(x[alive]).any():
        return 'fill="interpolate" fills them'
    return ""
