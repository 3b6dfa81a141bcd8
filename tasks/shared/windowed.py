"""Windows of a table's rows, and the rows that follow each."""

from collections.abc import Sequence

import numpy as np

from ..framework.batches import Batch


def every(rows: np.ndarray, steps: int, stride: int = 1) -> np.ndarray:
    """All stretches of rows (T, D) that are ``steps`` long, one every ``stride`` rows.

    Returns:
        a view (N, steps, D); N is 0 if there are fewer rows.
    """
    if len(rows) < steps:
        return np.empty((0, steps, rows.shape[1]), rows.dtype)
    return np.lib.stride_tricks.sliding_window_view(rows, steps, 0)[::stride].swapaxes(1, 2)


def changes(
    rows: np.ndarray,
    window: int,
    horizon: int,
    stride: int = 1,
    targets: Sequence[int] | slice = slice(None),
) -> Batch:
    """Windows with the rows that follow, both less the window's last row: 0 is the last value.

    Args:
        rows: (T, D), standardised.
        targets: the K columns to forecast; in the others, windows keep their values.

    Returns:
        x (N, window, D) and y (N, horizon * K), row by row, in float32.
    """
    seen = every(rows, window + horizon, stride)
    pieces = seen.astype(np.float32, "C")
    pieces[..., targets] = seen[..., targets] - seen[:, window - 1 : window, targets]
    ahead = pieces[:, window:, targets]
    width = horizon * ahead.shape[-1]  # -1 would not do for no windows
    return Batch(pieces[:, :window].copy(), ahead.reshape(len(ahead), width))


def joined(batches: Sequence[Batch]) -> Batch:
    """The windows of several stretches of rows, one after the other."""
    if len(batches) == 1:
        return batches[0]
    return Batch(np.concatenate([b.x for b in batches]), np.concatenate([b.y for b in batches]))
