"""The course of training: its curves, its best epoch on validation, its time."""

import math
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Course:
    """The course of training, and the best result on validation.

    Attributes:
        metric: name of the metric.
        curves: {key: a value per epoch}.
        seconds: training time of each epoch.
        epoch: the best epoch on validation, counted from 1; None if there is none.
        best: {key: score} at that epoch.
        weights: (P,), the weights at that epoch.
        lowest: the lowest validation loss.
        stale: epochs since then.
        total: seconds of training and validation, before and after interruptions.
    """

    metric: str
    curves: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    epoch: int | None = None
    best: dict[str, float] = field(default_factory=dict)
    weights: np.ndarray | None = None
    lowest: float = math.inf
    stale: int = 0
    total: float = 0.0

    def note(self, means, loss, score, lr):
        """Append one epoch's values to the curves.

        Args:
            means: (3,), means over the epoch of training loss, training score and gradient norm.
            loss, score: on validation.
            lr: learning rate of the last update.
        """
        train_loss, train_score, norm = means
        values = {
            "train/loss": train_loss, "train/gradient_norm": norm, "train/lr": lr,
            "valid/loss": loss,
            f"train/{self.metric}": train_score, f"valid/{self.metric}": score,
        }  # fmt: skip
        for key, value in values.items():
            self.curves.setdefault(key, []).append(float(value))

    def last(self, key):
        return self.curves[key][-1]

    def keep_best(self, metric, theta):
        """Keep scores and weights if the last epoch is the best so far on validation."""
        selected = f"valid/{self.metric}"
        score, loss = self.last(selected), self.last("valid/loss")
        held = self.best.get(selected, math.nan)
        level = score == held and loss < self.best["valid/loss"]
        if metric.better(score, held) or level:
            keys = ("train/loss", "valid/loss", f"train/{self.metric}", selected)
            self.epoch, self.best = len(self.seconds), {key: self.last(key) for key in keys}
            self.weights = theta.copy()
        if loss < self.lowest:
            self.lowest, self.stale = float(loss), 0
        else:
            self.stale += 1
