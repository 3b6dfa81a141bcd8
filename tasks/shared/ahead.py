"""A series as sequences whose targets are its next values."""

import numpy as np

from ..framework.batches import Batch


def windows(series: np.ndarray, window: int, stride: int) -> Batch:
    """Windows of a series (T, D), one every ``stride`` steps, each with the values after it."""
    pieces = np.lib.stride_tricks.sliding_window_view(series, window + 1, 0)[::stride]
    return one_ahead(pieces.swapaxes(1, 2))


def one_ahead(pieces: np.ndarray, unscored: int = 0) -> Batch:
    """x (N, T - 1, D) of pieces (N, T, D) and y (N, T - 1, 1), their first value a step later.

    The first ``unscored`` steps are read only: they have no target.
    """
    y = pieces[:, 1:, :1].copy()
    y[:, :unscored] = np.nan
    return Batch(pieces[:, :-1].copy(), y)
