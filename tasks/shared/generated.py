"""Base class of tasks whose sequences are generated."""

import numpy as np

from ..framework.batches import Batch, Splits, Stream
from ..framework.task import Task


class Generated(Task):
    """Training reads a stream; validation and test are drawn once, from the study's rng.

    A subclass defines how sequences are drawn. There is no early stopping: these tasks are learned
    suddenly, after a long plateau.
    """

    patience = None
    _at_once = 1  # updates drawn together, see Stream

    valid_sequences = 500
    test_sequences = 2560

    def draw(self, rng: np.random.Generator, size: int, split: str = "train") -> Batch:
        """Draw ``size`` fresh sequences of a split: "train", "valid" or "test"."""
        raise NotImplementedError(f"{type(self).__name__} has no draw(rng, size, split)")

    def splits(self, rng):
        return Splits(
            Stream(self.draw, at_once=self._at_once),
            self.draw(rng, self.valid_sequences, "valid"),
            self.draw(rng, self.test_sequences, "test"),
        )
