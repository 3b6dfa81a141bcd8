"""The multiplication problem: what an integrator that solves adding cannot do."""

from functools import partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.metrics import METRICS
from .framework.registry import register
from .framework.stopping import Recent
from .framework.task import Task
from .shared.guessing import random_weights
from .shared.marked_pairs import marked_pairs


@register("multiplication")
class Multiplication(Task):
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

    kind = "regression"
    metric = "mse"
    inputs = 2
    outputs = 1
    epochs = 60
    patience = None
    stop = Recent(within=0.04, wrong=139)

    length = 100
    valid_sequences = 500
    test_sequences = 2560
    at_least: ClassVar = {"length": 20}

    def splits(self, rng):
        draw = partial(multiplication, length=self.length)
        return Splits(
            Stream(draw, at_once=8), draw(rng, self.valid_sequences), draw(rng, self.test_sequences)
        )

    def baselines(self, splits):
        y = splits.test.y
        mean = np.full_like(y, splits.valid.y.mean())
        constant = METRICS[self.metric].score(mean, y, None)
        return {"always the mean": constant} | random_weights(self, splits)

    def legend(self):
        return ("value", "marker"), ()


def multiplication(rng: np.random.Generator, size: int, length: int) -> Batch:
    """``size`` fresh sequences of ``length`` steps and up to a tenth more."""
    x, marked, lengths = marked_pairs(rng, size, length, low=0, first=1)
    return Batch(x, marked.prod(1, keepdims=True), lengths)
