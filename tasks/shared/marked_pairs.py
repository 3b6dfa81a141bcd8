"""Pairs of a value and a marker, two of them marked; experiments 4 and 5 of the LSTM paper."""

from typing import ClassVar

import numpy as np

from .generated import Generated

EARLY = 10  # the first marked pair is one of the first ten


class TwoMarked(Generated):
    """Compute a number from the two marked values; x (N, T, 2) holds value and marker."""

    kind = "regression"
    metric = "mse"
    inputs = 2
    outputs = 1

    def legend(self):
        return ("value", "marker"), ()


class RaggedPairs(TwoMarked):
    """``TwoMarked`` with sequences of varying length, as in the paper; see ``marked_pairs``."""

    epochs = 60
    _at_once = 8

    length = 100
    at_least: ClassVar = {"length": 20}


def marked_pairs(
    rng: np.random.Generator, size: int, length: int, low: float, first: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw sequences of ``length`` to ``length`` + ``length`` // 10 pairs.

    One of the first ten pairs is marked by 1, then another one of the first T/2 - 1. The markers
    of the first and last pair are always -1.

    Args:
        low: values are drawn from U[low, 1].
        first: counts instead of the value if the very first pair is marked.

    Returns:
        x (size, T, 2) of value and marker, zero past the end; the two marked values (size, 2);
        lengths (size,).
    """
    rows = np.arange(size)[:, None]
    lengths = rng.integers(length, length + length // 10 + 1, size)
    one = rng.integers(0, EARLY, size)
    two = rng.integers(0, length // 2 - 1, size)
    places = np.stack([one, two + (two >= one)], axis=1)  # (size, 2)
    steps = int(lengths.max())
    x = np.zeros((size, steps, 2), np.float32)
    values = low + (1 - low) * rng.random((size, steps), np.float32)
    x[..., 0] = np.where(np.arange(steps) < lengths[:, None], values, 0)
    x[rows, places, 1] = 1
    x[:, 0, 1] = x[rows[:, 0], lengths - 1, 1] = -1
    return x, np.where(places == 0, np.float32(first), x[rows, places, 0]), lengths
