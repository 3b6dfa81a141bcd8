"""The adding problem: carry two numbers over a long gap and add them."""

from typing import ClassVar

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .shared.marked_pairs import TwoMarked


@register("adding")
class Adding(TwoMarked):
    """Sum of the two marked numbers of a sequence.

    One row, T = 8: values drawn from U[0, 1], one marker in each half, the target after the
    last step. ::

        value   .38  .91  .07  .55  .20  .64  .83  .12
        marker   0    1    0    0    0    0    1    0      y = .91 + .83 = 1.74

    x (N, T, 2) holds value and marker, y (N, 1) the sum. The first marker is uniform in
    [0, T/2), the second in [T/2, T). Training is a stream; validation and test are drawn once
    from the study's rng.

    Always answering 1, the mean of the target, has a squared error of 1/6. A cell sits at this
    baseline for hundreds or thousands of updates, then solves the task within a few hundred:
    early stopping is therefore off, and only a score well below 1/6 says anything.

    The protocol of Arjovsky, Shah, Bengio (2016), ICML, arXiv:1511.06464. Not the original of
    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiment 4, with values from
    U[-1, 1], a target of 0.5 + sum/4 and sequences of varying length.
    """

    epochs = 30
    min_updates = 3000

    length = 50
    valid_sequences = 1000
    test_sequences = 2000
    at_least: ClassVar = {"length": 2}

    def draw(self, rng, size, split="train"):
        return adding(rng, size, self.length)

    def baselines(self, splits):
        return self.scores({"always 1": np.ones_like(splits.test.y)}, splits.test)


def adding(rng: np.random.Generator, size: int, length: int) -> Batch:
    """``size`` fresh sequences of ``length`` steps."""
    rows, half = np.arange(size), length // 2
    first, second = rng.integers(0, half, size), rng.integers(half, length, size)
    x = np.zeros((size, length, 2), np.float32)
    x[..., 0] = rng.random((size, length), np.float32)
    x[rows, first, 1] = x[rows, second, 1] = 1
    y = x[rows, first, 0] + x[rows, second, 0]
    return Batch(x, y[:, None])
