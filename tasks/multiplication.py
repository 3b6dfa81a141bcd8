"""The multiplication problem: what an integrator that solves adding cannot do."""

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Recent
from .shared.guessing import random_weights
from .shared.marked_pairs import RaggedPairs, marked_pairs


@register("multiplication")
class Multiplication(RaggedPairs):
    """Product of the two marked numbers of a sequence.

    One row of eight pairs: values from U[0, 1], -1 marks both ends, 1 what is to be multiplied. ::

        value   .38  .91  .07  .55  .20  .64  .83  .12
        marker   -1    1    0    1    0    0    0   -1      y = .91 * .55 = .5005

    x (N, T, 2) holds value and marker, y (N, 1) the product, asked for after the last step.
    Lengths and markers are those of ``adding_ragged``; where the very first pair is marked it
    counts as 1. A cell that adds up its input in one linear unit solves adding, never this.

    Baseline: always the mean product of the validation split, with a squared error of about .06.
    Guessed weights do no better. The metric is the squared error.

    In the paper (T = 100): one sequence per update; training stops when fewer than n of the last
    2,000 sequences had an error above .04, which LSTM reached after 482,000 sequences for n = 140
    and 1,273,000 for n = 13, with squared errors of .0223 and .0139 on 2,560 fresh ones. ``stop``
    is that of n = 140; a study has a fixed budget, and draws validation and test once.

    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiment 5.
    """

    stop = Recent(within=0.04, wrong=139)

    def draw(self, rng, size, split="train"):
        return multiplication(rng, size, self.length)

    def baselines(self, splits):
        mean = {"always the mean": np.full_like(splits.test.y, splits.valid.y.mean())}
        return self.scores(mean, splits.test) | random_weights(self, splits)


def multiplication(rng: np.random.Generator, size: int, length: int) -> Batch:
    """``size`` fresh sequences of ``length`` steps and up to a tenth more."""
    x, marked, lengths = marked_pairs(rng, size, length, low=0, first=1)
    return Batch(x, marked.prod(1, keepdims=True), lengths)
