"""Where sequences end: lengths as given, or as padding tells."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..framework.errors import TaskError
from .plain import place, plain

WORDS = ("full", "padded")


def lengths_of(
    x: np.ndarray, lengths: Any, zeros_are_data: bool = False
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Lengths (N,) int64, or None if all are full, and notes.

    NaN at the ends of sequences is padding. Zeros may be data: they are refused where it looks as
    if they were padding, unless ``lengths`` is "padded" or "full".

    Args:
        x: (N, T, D), NaN where nothing is known.
        lengths: (N,) whole numbers, a mask (N, T), "full", "padded" or None.
        zeros_are_data: whether zeros at the ends are surely no padding.

    Raises:
        TaskError: lengths do not fit x, or it cannot be told whether zeros are padding.
    """
    if isinstance(lengths, str) and lengths not in WORDS:
        raise TaskError(f"lengths must be numbers, 'full' or 'padded', got {lengths!r}")
    if lengths is not None and not isinstance(lengths, str):
        return _given(lengths, *x.shape[:2]), ()
    if lengths == "full":
        return None, ()
    nothing = np.isnan(x).all(-1)
    if lengths == "padded":
        nothing |= (x == 0).all(-1)
    found = _until(nothing)
    if (found == x.shape[1]).all():
        if not zeros_are_data and lengths is None:
            _doubted(x)
        return None, ()
    if found.min() == 0:
        raise TaskError(f"sequence {found.argmin()} of x holds nothing but padding; leave it out")
    what = "zeros or NaN" if lengths == "padded" else "NaN"
    return found, (f"{(found < x.shape[1]).sum()} sequences are padded with {what} at the end",)


def padded(
    sequences: Sequence[np.ndarray], order: str | None = None
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Sequences (t, D) or (t,) of different lengths as x (N, T, D), lengths (N,) and notes.

    Sequences that share their first axis, not their second, are (D, t), as aeon has them.

    Raises:
        TaskError: they differ in the number of inputs, or one is empty.
    """
    items, notes = [each[:, None] if each.ndim == 1 else each for each in sequences], ()
    if any(each.ndim != 2 for each in items):
        raise TaskError("each sequence of x must be (t, D) or (t,)")
    inputs = [each.shape[1] for each in items]
    if order == "NDT" or (len({*inputs}) > 1 and len({len(each) for each in items}) == 1):
        items, notes = [each.T for each in items], ("sequences of x are read as (D, t)",)
        inputs = [each.shape[1] for each in items]
    if len({*inputs}) > 1:
        other = next(i for i, D in enumerate(inputs) if D != inputs[0])
        raise TaskError(f"sequence {other} of x has {inputs[other]} inputs, the first {inputs[0]}")
    lengths = np.array([len(each) for each in items], np.int64)
    if lengths.min() == 0:
        raise TaskError(f"sequence {lengths.argmin()} of x has no steps; leave it out")
    x = np.zeros((len(items), lengths.max(), inputs[0]))
    x[np.arange(x.shape[1]) < lengths[:, None]] = np.concatenate(items)
    return x, lengths, notes


def _given(lengths, n, steps):
    lengths = plain("lengths", lengths)
    if lengths.shape == (n, steps) and np.isin(lengths, (0, 1)).all():
        lengths = _of_mask(lengths.astype(bool))
    lengths = lengths.reshape(-1) if lengths.shape == (n, 1) else lengths
    whole = lengths.dtype.kind in "iu" or (
        lengths.dtype.kind == "f" and bool((lengths == np.round(lengths)).all())
    )
    if lengths.shape != (n,) or not whole:
        raise TaskError(
            f"lengths must be {n} whole numbers, got shape {lengths.shape} of {lengths.dtype}"
        )
    if lengths.min() < 1 or lengths.max() > steps:
        raise TaskError(
            f"lengths must be 1 to {steps}, the steps of x, got {lengths.min()} to {lengths.max()}"
        )
    return lengths.astype(np.int64)


def _of_mask(mask):
    lengths = mask.sum(1)
    holes = np.flatnonzero((np.arange(mask.shape[1]) < lengths[:, None]) != mask)
    if len(holes):
        row = int(holes[0]) // mask.shape[1]
        raise TaskError(f"lengths: row {row} of the mask has a gap; a sequence is valid to its end")
    return lengths


def _until(nothing):
    """(N,) steps up to the last that holds something."""
    return np.where(nothing.all(1), 0, nothing.shape[1] - (~nothing[:, ::-1]).argmax(1))


def _doubted(x):
    """Refuse numbers that are never 0 at all inputs, but at ends of different lengths."""
    still = (x == 0).all(-1)
    found = _until(still)
    ended = found < x.shape[1]
    inside = still & (np.arange(x.shape[1]) < found[:, None])
    if len({*found}) < 2 or ended.sum() < 2 or inside.any() or bool((x == np.round(x)).all()):
        return
    raise TaskError(
        f"{ended.sum()} sequences end in steps of zeros, the first at {place(ended.argmax())}: "
        'lengths="padded" takes them for padding, lengths="full" for data'
    )
