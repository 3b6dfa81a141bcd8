"""The next number of a series that goes up by one: a toy that asks for extrapolation."""

from functools import partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.errors import TaskError
from .framework.panels import Forecast
from .framework.registry import register
from .framework.task import Task


@register("arithmetic_series")
class ArithmeticSeries(Task):
    """The number after three that follow each other, beyond all that were trained on.

    One row of the test split, its first, in the units of the series::

        x   27  28  29        y = 30

    x (N, window, 1) and y (N, 1) are divided by ``numbers``, 30: one step of the series is
    .0333. The series 0, 1, ..., 29 has 27 windows of three with their next number; the
    study's rng takes a fifth of them for validation, which asks for interpolation, and training
    draws batches from the others, with replacement. The test split goes on where the series
    ends: the ``beyond`` windows from 27, 28, 29 up, whose answers 30, 31, ... were never seen,
    neither as a target nor, later on, as an input.

    The metric is the mean absolute error; times 30 it is in numbers of the series. Baselines: the
    mean of the series; persistence (the last number again), off by one step; and the linear
    extrapolation 2b - a of the last two numbers, exact up to rounding. No cell can beat that one.

    Does a cell extrapolate? A few steps, and ever less. Means of five seeds, 3000 updates::

                    within  after 27 28 29   36 37 38   97 98 99   197 198 199
        standard      .05             29.8       37.8         68            82
        gru           .02             29.9       38.4         78            96
        rnn           .14             29.6       37.5         72            87
        the rule        0             30         39          100           200

    "within" is the error on validation. Bounded states have learned a line along the range
    they saw; it bends where training ended, and no answer ever came near 200. On the test split
    of ten windows the error is .6 (standard), .3 (gru) and .9 (rnn), persistence has 1. To see it::

        gatelab compare --tasks arithmetic_series --variants standard gru rnn
            --set hidden=32 lr=3e-3 --seeds 5 --out runs/series

    (on one line). Scores times 30 are in numbers of the series; ``arithmetic_series:beyond=171``
    asks for all answers up to 200.

    A favourite of tutorials, without a paper or a stop rule: they train on all windows, show the
    answer to 27, 28, 29 and leave it there. That networks fail outside the range they were trained
    on is shown by Trask et al. (2018), Neural arithmetic logic units, NeurIPS, arXiv:1808.00508.
    """

    kind = "regression"
    metric = "mae"
    inputs = 1
    outputs = 1
    epochs = 30
    patience = None

    numbers = 30
    window = 3
    beyond = 10
    at_least: ClassVar = {"numbers": 8, "window": 2}

    def __init__(self, **options):
        super().__init__(**options)
        if self.numbers < self.window + 5:
            raise TaskError(
                f"numbers must be at least window + 5, so that there are five windows, "
                f"got {self.numbers} with a window of {self.window}"
            )

    def splits(self, rng):
        last = self.numbers - self.window  # where the first window of the test split starts
        order = rng.permutation(last)
        held = max(last // 5, 1)
        train, valid = (self._windows(starts) for starts in (order[held:], order[:held]))
        test = self._windows(last + np.arange(self.beyond))
        return Splits(Stream(partial(drawn_from, train), at_once=8), valid, test)

    def baselines(self, splits):
        x, y = splits.test.x[..., 0], splits.test.y
        guesses = {
            "mean of the series": np.full_like(y, (self.numbers - 1) / 2 / self.numbers),
            "persistence": x[:, -1:],
            "linear extrapolation": 2 * x[:, -1:] - x[:, -2:-1],
        }
        return self.scores(guesses, splits.test)

    def panels(self, batch):
        return [Forecast("the series", batch.x[0, :, 0], batch.y[0])]

    def _windows(self, starts):
        series = (starts[:, None] + np.arange(self.window + 1)) / np.float32(self.numbers)
        series = series.astype(np.float32)
        return Batch(series[:, :-1, None], series[:, -1:])


def drawn_from(windows: Batch, rng: np.random.Generator, size: int) -> Batch:
    """``size`` of the windows, with replacement."""
    return windows.rows(rng.integers(0, len(windows.x), size))
