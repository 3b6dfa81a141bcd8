"""Classification of a fixed set of sequences, with or without a validation split."""

from typing import ClassVar

import numpy as np

from ..framework.batches import Batch, Dataset
from ..framework.task import Task
from .partition import HOLD_OUT, divide, hold_out
from .references import majority, moments_and_logistic


class HeldOut(Task):
    """A fifth of the training set is held out for validation, or none (``validation="none"``)."""

    kind = "classification"
    metric = "accuracy"

    validation = "fifth"
    choices: ClassVar = {"validation": HOLD_OUT}

    def __init__(self, **options):
        super().__init__(**options)
        self.has_validation = self.validation != "none"

    def baselines(self, splits):
        """The majority class, and the models of ``reference`` on the same sequences."""
        assert isinstance(splits.train, Dataset)
        train, test = splits.train.batch, splits.test
        return {"majority class": majority(train.y, test.y)} | self.reference(train, test)

    def reference(self, train: Batch, test: Batch) -> dict[str, float]:
        """{classical model: its accuracy}; here logistic regression on means and deviations."""
        return {"logistic, mean and spread": moments_and_logistic(train, test)}

    def divided(self, rng: np.random.Generator, everything: Batch, share: float) -> list[Batch]:
        """Training, validation and test splits; the test is a stratified ``share`` of all."""
        rest, test = divide(rng, everything.y, share, stratify=True)
        train, valid = hold_out(rng, everything.y[rest], self.validation)
        return [everything.rows(index).cropped() for index in (rest[train], rest[valid], test)]
