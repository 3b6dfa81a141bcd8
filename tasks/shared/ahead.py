"""A series as sequences whose targets are its next values."""

import numpy as np

from ..framework.batches import Batch
from .windowed import every


def windows(series: np.ndarray, window: int, stride: int) -> Batch:
    """Windows of a series (T, D), one every ``stride`` steps, with the next values as targets."""
    return one_ahead(every(series, window + 1, stride))


def one_ahead(pieces: np.ndarray, unscored: int = 0) -> Batch:
    """Inputs, and the first channel one step later as the target.

    Args:
        pieces: (N, T, D).
        unscored: number of steps at the beginning that have no target.

    Returns:
        x (N, T - 1, D) and y (N, T - 1, 1).
    """
    y = pieces[:, 1:, :1].copy()
    y[:, :unscored] = np.nan
    return Batch(pieces[:, :-1].copy(), y)
