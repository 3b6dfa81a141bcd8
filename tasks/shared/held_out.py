"""Classification of a fixed set of sequences, with or without data to select on."""

from typing import ClassVar

import numpy as np

from ..framework.batches import Batch, Dataset
from ..framework.task import Task
from .partition import HOLD_OUT, divide, hold_out
from .references import majority, moments_and_logistic


class HeldOut(Task):
    """Selects on a fifth of what it trains on or, with ``validation="none"``, on nothing."""

    kind = "classification"
    metric = "accuracy"

    validation = "fifth"
    choices: ClassVar = {"validation": HOLD_OUT}

    def __init__(self, **options):
        super().__init__(**options)
        self.has_validation = self.validation != "none"

    def baselines(self, splits):
        """The majority class, and what ``reference`` makes of the same sequences."""
        assert isinstance(splits.train, Dataset)
        train, test = splits.train.batch, splits.test
        return {"majority class": majority(train.y, test.y)} | self.reference(train, test)

    def reference(self, train: Batch, test: Batch) -> dict[str, float]:
        """{a classical model: its accuracy}; a logistic regression on means and spreads here."""
        return {"logistic, mean and spread": moments_and_logistic(train, test)}

    def divided(self, rng: np.random.Generator, everything: Batch, share: float) -> list[Batch]:
        """Training, validation and, a stratified ``share`` of all, test."""
        rest, test = divide(rng, everything.y, share, stratify=True)
        train, valid = hold_out(rng, everything.y[rest], self.validation)
        return [everything.rows(index).cropped() for index in (rest[train], rest[valid], test)]
