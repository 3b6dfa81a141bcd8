"""The papers' stop rules: which sequences are right, when a task is solved, when a run has failed.

The papers count sequences until a task is solved; they do not score after a fixed budget. The
``stop`` of such a task is its paper's rule. The numbers are the papers'. Two definitions are ours,
because our outputs differ from theirs: the error of an output unit is measured against 0 or 1 for
classes and labels, after a softmax (classes) or a sigmoid (labels); and a mean error is the mean
over all output units that have a target, then over sequences.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .batches import Batch, valid_steps


@dataclass(frozen=True)
class Recent:
    """Solved when the latest training sequences were right, each judged before its update.

    Attributes:
        within: a sequence is right if every error is below this.
        wrong: number of sequences that may be wrong.
        mean: upper bound of their mean error.
        of: number of latest sequences that are judged.
        budget: sequences after which a run has failed; the default is that of experiment 2 in the
            paper of 1997, used where a paper gives none.
    """

    within: float
    wrong: int = 0
    mean: float = math.inf
    of: int = 2000
    budget: int = 5_000_000

    def __str__(self):
        return f"{_demand(self)} the last {self.of:,} training sequences"


@dataclass(frozen=True)
class Examined:
    """Solved when held-out sequences are right, which are examined regularly during training.

    Attributes:
        within, wrong, mean, budget: as in ``Recent``.
        of: sequences per examination and split; a split is drawn again until there are enough.
        parts: names of the splits that are examined, each in turn.
        every: training sequences between examinations. Papers examine after each one; our counts
            are rounded up to a multiple of this.
        cut: a training sequence is cut after its first error.
    """

    within: float
    wrong: int = 0
    mean: float = math.inf
    of: int = 1
    budget: int = 5_000_000
    every: int = 100
    parts: tuple[str, ...] = ("valid",)
    cut: bool = False

    def __str__(self):
        drawn = " and ".join(f"{self.of:,} of {part}" for part in self.parts)
        return f"{_demand(self)} {drawn}"


Rule = Recent | Examined


class Judged(NamedTuple):
    """For each sequence: whether it is right, its mean error, and its steps up to the first error.

    right (N,) bool; error (N,), 0 without a target; until (N,), the whole length if there is no
    error. (``until`` has no meaning for kinds with one target per sequence.)
    """

    right: np.ndarray
    error: np.ndarray
    until: np.ndarray


def judge(rule: Rule, kind: str, outputs: np.ndarray, batch: Batch) -> Judged:
    """Judge a network's outputs for a task of this kind against the targets of a batch."""
    error, asked = errors(kind, outputs, batch.y, batch.lengths)
    right = np.all((error < rule.within) | ~asked, axis=2)  # (N, T); an output of NaN is wrong
    count = asked.sum((1, 2))
    mean = np.where(asked, error, 0).sum((1, 2)) / np.maximum(count, 1)
    full = batch.valid().sum(1)
    whole = np.all(right, axis=1)
    until = np.where(whole, full, np.argmin(right, axis=1) + 1)
    return Judged(whole, mean, until)


def errors(
    kind: str, outputs: np.ndarray, y: np.ndarray, lengths: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Error of each output unit, and whether it has a target.

    Returns:
        two arrays (N, T, K); T = 1 if there is one target per sequence.
    """
    if kind in ("regression", "classification"):
        outputs, y = outputs[:, None], y[:, None]
        lengths = None
    on = valid_steps(lengths, *outputs.shape[:2])[..., None]
    if kind in ("regression", "series"):
        return np.abs(outputs - y), on & ~np.isnan(y)
    if kind == "multilabel":
        from scipy.special import expit

        return np.abs(expit(outputs) - y), np.broadcast_to(on, y.shape)
    exps = np.exp(outputs - outputs.max(-1, keepdims=True))
    targets = y[..., None] == np.arange(outputs.shape[-1])
    asked = on & (y >= 0)[..., None]
    return np.abs(exps / exps.sum(-1, keepdims=True) - targets), np.broadcast_to(asked, exps.shape)


class Tally:
    """The latest sequences, and whether they satisfy a rule."""

    def __init__(self, rule: Rule):
        self.rule = rule
        self.right, self.error = deque(maxlen=rule.of), deque(maxlen=rule.of)
        self.wrong = 0

    def add(self, judged: Judged):
        """Add sequences, in order."""
        for right, error in zip(judged.right.tolist(), judged.error.tolist(), strict=True):
            if len(self.right) == self.rule.of:
                self.wrong -= not self.right[0]
            self.right.append(right)
            self.error.append(error)
            self.wrong += not right

    @property
    def mean(self) -> float:
        """Their mean error; NaN before the first."""
        return math.fsum(self.error) / len(self.error) if self.error else math.nan

    @property
    def met(self) -> bool:
        """Whether there are enough, few enough are wrong, and the mean error is small enough."""
        full = len(self.right) == self.rule.of
        return full and self.wrong <= self.rule.wrong and self.mean < self.rule.mean

    @property
    def lost(self) -> bool:
        """Whether too many are wrong already, so that an examination can stop."""
        return self.wrong > self.rule.wrong


def _demand(rule):
    wrong = f"at most {rule.wrong:,} wrong" if rule.wrong else "none wrong"
    mean = f", mean error below {rule.mean:g}," if rule.mean < math.inf else ""
    return f"errors below {rule.within:g}: {wrong}{mean} of"
