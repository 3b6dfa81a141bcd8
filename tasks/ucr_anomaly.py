"""A series of the UCR anomaly archive: arterial blood pressure with one anomaly."""

from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from .data_files.fetching import fetch
from .framework.batches import Dataset, Splits
from .framework.errors import TaskError
from .framework.registry import register
from .shared.ahead import one_ahead, windows
from .shared.anomalies import Anomalies

TRAIN, VALID = 900, 1200  # where each split ends; the test goes on to the end
READ = 100, 200  # values that validation and test only read: more than a beat before the test


@register("ucr_anomaly")
class UcrAnomaly(Anomalies):
    """The next value of a pulsating blood pressure; 12 of 7501 values are an anomaly to be found.

    One row, the values around the anomaly, before they are standardised::

        x    80.9   79.7   78.7   78.4   80.9   74.4   81.3   71.6   73.7   76.2
        y    79.7   78.7   78.4   80.9   74.4   81.3   71.6   73.7   76.2   75.2
                           !      !      !      !      !      !      !      !

    x and y (N, T, 1), y one step ahead, standardised with mean and spread of the training values.
    The archive says: normal up to value 1200, an anomaly at 4187 to 4198. Of the normal part the
    first 900 values, some five beats of 184, are for training, in windows of ``window`` steps, one
    every ``stride``; the next 300 for validation, the first 100 of them only read. The test
    series is the rest, 6301 values of which the first 200 are only read. (The file that is called
    the test begins with the 1200 values of the training file: they are no test here.)

    Validation holds no anomaly, so the forecast is selected by nmse, squared error over the
    variance of the targets. Then its absolute error, averaged over ``smoothing`` steps, ranks the
    test series' steps: ``further_scores`` gives ROC AUC, average precision and whether the peak
    is inside the anomaly. Look at what the baselines reach: this anomaly is no hard one, for the
    last value already finds it.

    Baselines: the last value; that of one period before, the period found in the training values;
    a linear autoregression and gradient boosting on the last ``lags`` values.

    Wu, Keogh (2021), arXiv:2009.13807; series 135 of 250, InternalBleeding16.
    """

    reads = ("135_UCR_Anomaly_InternalBleeding16_TEST.csv",)
    inputs = 1
    epochs = 100

    window = 100
    stride = 2
    at_least: ClassVar = {"window": 2}

    def __init__(self, **options):
        super().__init__(**options)
        if self.window >= TRAIN:
            raise TaskError(f"window must be below {TRAIN}, the training values")

    def splits(self, rng):
        scaled = standardised().astype(np.float32)[:, None]
        return Splits(
            Dataset(windows(scaled[:TRAIN], self.window, self.stride)),
            one_ahead(scaled[None, TRAIN:VALID], READ[0]),
            one_ahead(scaled[None, VALID:], READ[1]),
        )

    def anomalous(self):
        return load()[1][VALID + 1 :]

    def training_series(self):
        return standardised()[:TRAIN]


def standardised() -> np.ndarray:
    """(7501,) the series on the scale of its training values."""
    series = load()[0]
    return (series - series[:TRAIN].mean()) / series[:TRAIN].std()


@cache
def load() -> tuple[np.ndarray, np.ndarray]:
    """The series (7501,) and where it is anomalous (7501,) bool."""
    return parse(fetch("135_UCR_Anomaly_InternalBleeding16_TEST.csv"))


def parse(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Values and labels of a CSV of timestamp, value and is_anomaly, below a line of names."""
    _, values, anomalous = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2, unpack=True)
    return values, anomalous > 0
