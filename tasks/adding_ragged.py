"""The adding problem as it was first posed: signed values, ragged lengths, a scaled sum."""

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Recent
from .shared.guessing import random_weights
from .shared.marked_pairs import RaggedPairs, marked_pairs


@register("adding_ragged")
class AddingRagged(RaggedPairs):
    """Half plus a quarter of the sum of the two marked numbers; Hochreiter and Schmidhuber's form.

    One row of eight pairs: values from U[-1, 1], -1 marks both ends, 1 what is to be added. ::

        value   .38 -.91  .07  .55 -.20  .64  .83 -.12
        marker   -1    0    1    1    0    0    0   -1      y = .5 + (.07 + .55) / 4 = .655

    x (N, T, 2) holds value and marker, y (N, 1) the target, asked for after the last step.
    Lengths are uniform in [T, T + T/10] with T = ``length``. First one of the first ten pairs
    is marked, then one of the first T/2 - 1 that are still unmarked; where the very first pair
    comes up its marker stays -1 and it counts as 0. So at least T/2 steps lie between the
    second number and the target.

    Baseline: always .5, the mean of the target, with a squared error of about .04. Guessed
    weights do no better. The metric is the squared error.

    In the paper: one sequence per update, drawn afresh; right is an error below .04; training
    stops when the last 2,000 sequences were all right and their mean error was below .01; then
    2,560 fresh sequences are tested. LSTM needed 74,000 sequences at T = 100. That is ``stop``; a
    study has a fixed budget, and draws validation and test once from its rng.

    Not ``adding``, whose values are from U[0, 1], with a marker in each half.

    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiment 4.
    """

    stop = Recent(within=0.04, mean=0.01)

    def draw(self, rng, size, split="train"):
        return adding_ragged(rng, size, self.length)

    def baselines(self, splits):
        middle = {"always .5": np.full_like(splits.test.y, 0.5)}
        return self.scores(middle, splits.test) | random_weights(self, splits)


def adding_ragged(rng: np.random.Generator, size: int, length: int) -> Batch:
    """``size`` fresh sequences of ``length`` steps and up to a tenth more."""
    x, marked, lengths = marked_pairs(rng, size, length, low=-1, first=0)
    return Batch(x, 0.5 + marked.sum(1, keepdims=True) / 4, lengths)
