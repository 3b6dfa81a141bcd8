"""The Santa Fe laser: forecast the intensity of a chaotic laser one step ahead."""

from functools import cache
from typing import ClassVar

import numpy as np

from .data_files.fetching import fetch
from .framework.batches import Dataset, Splits
from .framework.errors import TaskError
from .framework.registry import register
from .framework.task import Task
from .shared.ahead import one_ahead, windows
from .shared.forecasts import forecasts

TRAIN, VALID = slice(0, 6000), slice(6000, 8000)
TEST = slice(8000, None)
LAGS = 50


@register("santa_fe")
class SantaFe(Task):
    """The next value of a laser's intensity, at every step.

    One row, the beginning of the series before it is standardised::

        x    86  141   95   41   22   21   32   72  138  111
        y   141   95   41   22   21   32   72  138  111   48

    x and y (N, T, 1), y one step ahead, both standardised with mean and spread of the training
    values. Of 10,093 values the first 6000 are for training, in windows of ``window`` steps, one
    every ``stride``; the next 2000 for validation and the last 2093 for the test, each read as
    one long sequence from the zero state. No window and no target reaches into another split.

    nmse is the squared error over the variance of the targets: 1 is the mean's. The intensity
    pulsates, grows and collapses.

    Baselines: the last value; that of one period before, the period found in the training values;
    a linear autoregression and gradient boosting on the last 50 values, to which those before the
    test series are 0, for the network does not see them either. The laser is no linear system:
    boosting is the one to beat.

    Huebner, Abraham, Weiss (1989), Physical Review A 40(11); data set A of the competition of
    Weigend, Gershenfeld (1994), Time Series Prediction, whose entrants had 1000 values and
    continued them freely for 100 steps: not this protocol.
    """

    kind = "series"
    next_step = True
    metric = "nmse"
    reads = ("santafe_laser.npy",)
    inputs = 1
    outputs = 1
    epochs = 40
    patience = None

    window = 100
    stride = 20
    at_least: ClassVar = {"window": 2}

    def __init__(self, **options):
        super().__init__(**options)
        if self.window >= TRAIN.stop:
            raise TaskError(f"window must be below {TRAIN.stop}, the training values")

    def splits(self, rng):
        scaled = standardised().astype(np.float32)[:, None]
        train = windows(scaled[TRAIN], self.window, self.stride)
        return Splits(Dataset(train), *(one_ahead(scaled[None, part]) for part in (VALID, TEST)))

    def baselines(self, splits):
        test = splits.test
        found = forecasts(standardised()[TRAIN], test.x[0, :, 0].astype(np.float64), LAGS)
        return self.scores({name: each[None, :, None] for name, each in found.items()}, test)


def standardised() -> np.ndarray:
    """(10093,) the series on the scale of its training values."""
    series = load()
    return (series - series[TRAIN].mean()) / series[TRAIN].std()


@cache
def load() -> np.ndarray:
    """(10093,) float64, intensities from 0 to 255."""
    return np.load(fetch("santafe_laser.npy")).ravel().astype(np.float64)
