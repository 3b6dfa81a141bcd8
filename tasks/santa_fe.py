"""The Santa Fe laser: forecast the intensity of a chaotic laser one step ahead."""

from functools import cache
from typing import ClassVar

import numpy as np

from .base import Task
from .data import Batch, Dataset, Splits
from .errors import TaskError
from .fetching import fetch
from .metrics import METRICS
from .registry import register

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

    Baselines: the last value; a linear autoregression on the last 50 values, to which those
    before the test series are 0, for the network does not see them either.

    Huebner, Abraham, Weiss (1989), Physical Review A 40(11); data set A of the competition of
    Weigend, Gershenfeld (1994), Time Series Prediction, whose entrants had 1000 values and
    continued them freely for 100 steps: not this protocol.
    """

    kind = "series"
    metric = "nmse"
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
        series = load()
        seen = series[TRAIN]
        scaled = ((series - seen.mean()) / seen.std()).astype(np.float32)
        train = windows(scaled[TRAIN], self.window, self.stride)
        return Splits(Dataset(train), *(one_ahead(scaled[None, part]) for part in (VALID, TEST)))

    def baselines(self, splits):
        series, test = load(), splits.test
        seen = series[TRAIN]
        linear = autoregression((seen - seen.mean()) / seen.std(), test.x[0, :, 0], LAGS)
        score = METRICS[self.metric].score
        return {
            "last value": score(test.x, test.y, None),
            f"linear, {LAGS} lags": score(linear[None, :, None], test.y, None),
        }


@cache
def load() -> np.ndarray:
    """(10093,) float64, intensities from 0 to 255."""
    return np.load(fetch("santafe_laser.npy")).ravel().astype(np.float64)


def windows(series: np.ndarray, window: int, stride: int) -> Batch:
    """Windows of a series (T,), each with the value after each of its steps."""
    pieces = np.lib.stride_tricks.sliding_window_view(series, window + 1)[::stride]
    return one_ahead(pieces)


def one_ahead(pieces: np.ndarray) -> Batch:
    """x and y (N, T - 1, 1) of pieces (N, T): y is x one step later."""
    return Batch(pieces[:, :-1, None].copy(), pieces[:, 1:, None].copy())


def autoregression(train: np.ndarray, test: np.ndarray, lags: int) -> np.ndarray:
    """(T,) forecasts of the value after each step of ``test``, least squares on ``train``.

    What lies before the test series counts as 0, its mean, for the network knows no more.
    """
    weights = np.linalg.lstsq(_lagged(train[:-1], lags)[lags:], train[1 + lags :], rcond=None)[0]
    return _lagged(test, lags) @ weights


def _lagged(series, lags):
    before = np.concatenate([np.zeros(lags - 1), series])
    lagged = np.lib.stride_tricks.sliding_window_view(before, lags)
    return np.concatenate([lagged, np.ones((len(lagged), 1))], 1)
