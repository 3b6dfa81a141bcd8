"""The order of axes: batch first is read; other orders are found where the targets tell."""

from typing import Any

import numpy as np

from ..framework.errors import TaskError

#: {order: the axes of x that become (N, T, D)}.
ORDERS = {"NTD": (0, 1, 2), "TND": (1, 0, 2), "NDT": (0, 2, 1)}

FEWEST = 5  # sequences that axes are told by


def in_order(
    x: np.ndarray, y: Any, lengths: Any, per_step: bool, order: str | None
) -> tuple[np.ndarray, str, tuple[str, ...]]:
    """x as (N, T, D), the order it came in, and notes.

    Args:
        x: with two axes (one input) or three.
        y, lengths: as given; their numbers say which axis of x is N.
        per_step: whether y has an axis of steps.
        order: one of ``ORDERS``, or None to find it out.

    Raises:
        TaskError: x has other axes, or N comes last.
    """
    if x.ndim == 2:
        x, found = _one_input(x, _sizes(y, lengths, per_step)[0], order)
        return x, found, (f"x is read as {len(x)} sequences of {x.shape[1]} steps of one input",)
    if x.ndim != 3:
        more = "; x.reshape(N, T, -1) makes one axis of the last ones" if x.ndim > 3 else ""
        raise TaskError(f"x must be (N, T, D), got shape {x.shape}{more}")
    found = order or _found(x.shape, *_sizes(y, lengths, per_step))
    notes = () if found == "NTD" or order else (f"x {x.shape} is read as {_spelled(found)}",)
    if not order and found == "NTD" and not per_step:
        notes = _doubts(x)
    return x.transpose(ORDERS[found]), found, notes


def targets_in_order(y: Any, order: str, n: int, steps: int) -> Any:
    """Targets of steps with batch first, if they came as x did, time first."""
    if order != "TND" or not hasattr(y, "swapaxes") or y.shape[:2] != (steps, n):
        return y
    return y.swapaxes(0, 1)


def _one_input(x, n, order):
    if order == "TND" or (order is None and len(x) != n and x.shape[1] == n):
        return x.T[..., None], "TND"
    return x[..., None], "NTD"


def _sizes(y, lengths, per_step):
    """The number of sequences, and of steps if y tells, else None."""
    counted = y if lengths is None or isinstance(lengths, str) else lengths
    try:
        n, shape = len(counted), np.shape(y)
    except (TypeError, ValueError):  # one number, or ragged
        return None, None
    if not per_step or len(shape) < 2:
        return n, None
    return n, shape[1] if shape[0] == n else shape[0]


def _found(shape, n, steps):
    if steps is not None and shape[:2] != (n, steps):
        if shape[:2] == (steps, n):
            return "TND"
        if shape[::2] == (n, steps):
            raise TaskError(
                f"y has {steps} steps, but x {shape} has {shape[1]}; "
                'if x is (N, D, T), say order="NDT"'
            )
    if n in shape and shape[0] != n:
        if shape[1] == n:
            return "TND"
        if n < FEWEST:
            return "NTD"  # by chance
        raise TaskError(
            f"x {shape} seems to have its {n} sequences on the last axis; "
            "np.moveaxis(x, 2, 0) puts them first"
        )
    return "NTD"


def _spelled(order):
    return f"({', '.join(order)})"


def _doubts(x):
    """A note on data that may be (N, D, T), as aeon and sktime have them: nothing tells."""
    if x.shape[2] <= x.shape[1] or bool((x == np.round(x)).all()):
        return ()
    return (
        f"x is read as {x.shape[1]} steps of {x.shape[2]} inputs; if it is (N, D, T), as aeon has "
        'it, say order="NDT"',
    )
