"""Scores that a reader understands: squared error, accuracy, legal predictions.

Outputs are what a network's readout gives: values (regression) or logits (classification,
multilabel). They belong to a sequence, (N, K), or to each of its steps, (N, T, K); with
``lengths``, steps past a sequence's end do not count.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .data import valid_steps
from .errors import TaskError

Score = Callable[[np.ndarray, np.ndarray, np.ndarray | None], float]


@dataclass(frozen=True)
class Metric:
    """A score with its direction, "minimize" or "maximize" (Optuna's words)."""

    name: str
    direction: str
    score: Score

    def better(self, a: float, b: float) -> bool:
        """Whether score a beats score b; NaN beats nothing, and anything beats NaN."""
        if math.isnan(a) or math.isnan(b):
            return math.isnan(b) and not math.isnan(a)
        return a < b if self.direction == "minimize" else a > b


def mse(outputs, y, lengths=None) -> float:
    """Mean squared error over the K values, in the square of the target's unit."""
    _same_shape("mse", outputs.shape, y.shape)
    return _mean(np.square(np.subtract(outputs, y, dtype=np.float64)).mean(-1), lengths)


def accuracy(outputs, y, lengths=None) -> float:
    """Share of classes named right; a row of logits that holds NaN names none."""
    _same_shape("accuracy", outputs.shape[:-1], y.shape)
    return _mean((outputs.argmax(-1) == y) & ~np.isnan(outputs).any(-1), lengths)


def legal(outputs, y, lengths=None) -> float:
    """Share of steps at which the labels of probability above 1/2 are exactly the true set."""
    _same_shape("legal", outputs.shape, y.shape)
    right = ((outputs > 0) == (y > 0.5)) & ~np.isnan(outputs)
    return _mean(right.all(-1), lengths)


METRICS = {
    "mse": Metric("mse", "minimize", mse),
    "accuracy": Metric("accuracy", "maximize", accuracy),
    "legal": Metric("legal", "maximize", legal),
}


def _mean(values, lengths) -> float:
    if values.ndim == 2:  # (N, T): one value per step
        values = values[valid_steps(lengths, *values.shape)]
    return float(values.mean(dtype=np.float64))


def _same_shape(metric, given, expected):
    # Before anything broadcasts: (N, 1) against (N,) would silently compare all pairs.
    if given != expected:
        raise TaskError(f"{metric}: outputs of shape {given} do not fit targets of {expected}")
