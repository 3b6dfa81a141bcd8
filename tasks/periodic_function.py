"""Periodic function generation (PFG): an oscillation out of nothing."""

from functools import partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.registry import register
from .framework.stopping import Examined
from .framework.task import Task
from .shared.guessing import random_weights
from .shared.rows import of_numbers


def cosine(t: np.ndarray, period: int) -> np.ndarray:
    """Between 0, at the beginning of a period, and 1."""
    return (1 - np.cos(2 * np.pi * t / period)) / 2


def triangle(t: np.ndarray, period: int) -> np.ndarray:
    """Up from 0 to 1 and down again, in straight lines."""
    return 1 - np.abs(1 - 2 * (t % period) / period)


def rectangle(t: np.ndarray, period: int) -> np.ndarray:
    """0 up to the middle of a period, 1 behind it."""
    return (2 * (t % period) > period).astype(np.float64)


FUNCTIONS = {"cosine": cosine, "triangle": triangle, "rectangle": rectangle}


@register("periodic_function")
class PeriodicFunction(Task):
    """A cosine, triangle or rectangle of a given period, without any input (PFG).

    One row, ``function="triangle", period=4``::

        x  1    1    1    1    1    1    1    1
        y  0.5  1    0.5  0    0.5  1    0.5  0

    y (N, T, 1) is f(t) at the steps t = 1, 2, ..., where f, of period F = ``period``, is one of ::

        cosine     (1 - cos(2 pi t / F)) / 2
        triangle   2 (t mod F) / F in the first half of a period, 2 - 2 (t mod F) / F in the second
        rectangle  0 in the first half, 1 in the second

    x (N, T, 1) is always 1. A constant tells a cell nothing that a bias would not; with 0 a cell
    without biases could never leave its initial state of zeros.

    All sequences are thus the same but for their length, the only thing that is drawn: uniform
    from 1 to ``length`` in training and validation. The test split is one sequence of
    ``test_length`` steps: what was learned on the first steps has to keep its rhythm and height.

    Without memory there is nothing but a constant; the best is the mean of the targets, and guessed
    weights find no better. The score is the root of the mean squared error, as in the paper.

    Gers, Schraudolph, Schmidhuber (2002), JMLR 3:115-143, F = 10 and 25. There one cell with
    peepholes learns from a stream until its first error of .3 or more or, as with the spikes, 100
    successes; the test is the same up to 1000, after each training stream; solved is 1000 without
    an error, failed are 10^7 training streams without that. That is ``stop``, but for a test after
    every 100 streams only, and for streams that have a drawn length. In a study they have it
    whatever the errors; ``METRICS["solved_0.3"]`` says whether the test sequence is without an
    error of .3. Reported for the cosine of F = 25: .17 +- .019, and .086 +- .002 with .15 in place
    of .3; LSTM without peepholes learned the cosine of F = 10 only.
    """

    kind = "series"
    metric = "rmse"
    inputs = 1
    outputs = 1
    epochs = 30
    patience = None
    stop = Examined(within=0.3, parts=("test",), cut=True, budget=10**7)
    search: ClassVar = {"hidden": (4, 32)}

    function = "cosine"
    period = 10
    length = 100
    test_length = 1000
    valid_sequences = 50
    at_least: ClassVar = {"period": 2, "length": 2}
    choices: ClassVar = {"function": tuple(FUNCTIONS)}

    def splits(self, rng):
        draw = partial(oscillations, function=self.function, period=self.period)
        return Splits(
            Stream(partial(draws, longest=self.length, draw=draw)),
            draws(rng, self.valid_sequences, self.length, draw),
            draw(np.array([self.test_length])),
        )

    def baselines(self, splits):
        """The mean is that of one period."""
        one = FUNCTIONS[self.function](np.arange(self.period), self.period)
        mean = {"mean of the targets": np.full_like(splits.test.y, one.mean())}
        return self.scores(mean, splits.test) | random_weights(self, splits)

    def sketch(self, batch):
        return of_numbers(batch)


def draws(rng: np.random.Generator, size: int, longest: int, draw) -> Batch:
    """``size`` sequences of 1 to ``longest`` steps."""
    return draw(rng.integers(1, longest, size, endpoint=True))


def oscillations(lengths: np.ndarray, function: str, period: int) -> Batch:
    """A sequence of each of the lengths (N,), all from the beginning of a period."""
    t = np.arange(1, lengths.max() + 1)
    alive = t <= lengths[:, None]
    y = np.where(alive, FUNCTIONS[function](t, period), np.nan)
    x = np.ones((*y.shape, 1), np.float32)
    return Batch(x, y.astype(np.float32)[..., None], lengths)
