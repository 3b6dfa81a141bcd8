"""Scores by name, with the direction that is better and the kinds of task they suit.

A task names one (``metric = "mse"``); ``METRICS[name].score(outputs, y, lengths)`` computes it;
``scores`` defines each. "legal" is the subset accuracy: the share of steps with exactly
the right set of labels. "solved" requires errors below .04, as the adding problem does;
"solved_0.25" and its like have the tolerances of other papers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from . import scores

Score = Callable[[np.ndarray, np.ndarray, np.ndarray | None], float]

VALUES = ("regression", "series")
CLASSES = ("classification", "labelling")
LIKELIHOODS = (*CLASSES, "multilabel")
KINDS = (*VALUES, *LIKELIHOODS)


@dataclass(frozen=True)
class Metric:
    """A score with its direction, "minimize" or "maximize" as in Optuna, and its kinds of task.

    of_loss: the score as a function of a batch's loss, where the loss determines it.
    every: in training, one batch in so many is scored; more than 1 where scoring is slow.
    """

    name: str
    direction: str
    score: Score
    kinds: tuple[str, ...] = KINDS
    of_loss: Callable[[float], float] | None = None
    every: int = 1

    def better(self, a: float, b: float) -> bool:
        """Whether score a beats score b; NaN beats nothing, and anything beats NaN."""
        if math.isnan(a) or math.isnan(b):
            return math.isnan(b) and not math.isnan(a)
        return a < b if self.direction == "minimize" else a > b


def within(tolerance: float) -> Metric:
    """Share of sequences whose errors are all below ``tolerance``."""
    score = partial(scores.solved, tolerance=tolerance)
    return Metric(f"solved_{tolerance:g}", "maximize", score, VALUES)


_ALL = (
    Metric("mse", "minimize", scores.mse, VALUES, float),
    Metric("rmse", "minimize", scores.rmse, VALUES, np.sqrt),
    Metric("mae", "minimize", scores.mae, VALUES),
    Metric("nmse", "minimize", scores.nmse, VALUES),
    Metric("accuracy", "maximize", scores.accuracy, CLASSES),
    Metric("macro_f1", "maximize", scores.macro_f1, LIKELIHOODS, every=16),
    Metric("legal", "maximize", scores.legal, ("multilabel",)),
    Metric("accepted", "maximize", scores.accepted, ("multilabel",)),
    Metric("nll", "minimize", scores.nll, LIKELIHOODS, float),
    Metric("perplexity", "minimize", scores.perplexity, LIKELIHOODS, np.exp),
    Metric("bits", "minimize", scores.bits, LIKELIHOODS, lambda nats: nats / math.log(2)),
    Metric("roc_auc", "maximize", scores.roc_auc, LIKELIHOODS, every=16),
    Metric("average_precision", "maximize", scores.average_precision, LIKELIHOODS, every=16),
    Metric("solved", "maximize", scores.solved, (*VALUES, *CLASSES)),
    *map(within, (0.1, 0.15, 0.25, 0.3, 0.49)),
)
METRICS = {metric.name: metric for metric in _ALL}
