"""New York's taxis: passengers every half hour, and five times at which they are unusual."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from .data_files.fetching import fetch_all
from .framework.batches import Dataset, Splits
from .framework.errors import TaskError
from .framework.registry import register
from .shared.ahead import one_ahead, windows
from .shared.anomalies import Anomalies

DAY, WEEK = 48, 7 * 48  # half hours
TRAIN, VALID = 12 * WEEK, 16 * WEEK  # where each split ends; the test goes on to the end
SERIES = "realKnownCause/nyc_taxi.csv"


@register("nyc_taxi")
class NycTaxi(Anomalies):
    """The next half hour's taxi passengers; a marathon, holidays and a storm are to be found.

    One row, half hours of the marathon's first mark, thousands of passengers before they are
    standardised::

        passengers    15.4   15.2   16.7   18.6   20.9   21.6
        y             15.2   16.7   18.6   20.9   21.6   20.8
                                            !      !      !

    x (N, T, 5): passengers, standardised with mean and spread of the training half hours, then
    sine and cosine of the time of day and of the time of the week; y (N, T, 1) passengers one
    step ahead. Of 10,320 half hours from 1 July 2014 the first 12 weeks are for training, in
    windows of ``window`` steps, one every ``stride``; the next 4 weeks for validation; the test
    series is the rest, from 21 October 2014 to 31 January 2015. Validation and test have their
    first week to read: no target there.

    Every labelled window lies in the test: the New York marathon, Thanksgiving, Christmas, New
    Year, a snow storm, 1035 half hours of 4608, each window far longer than its event. The labels
    know of no other: 4 July and Labor Day, unusual too, are trained on as if they were normal.
    Validation holds no labelled anomaly, so the forecast is selected by nmse, squared error over
    the variance of the targets. Then its absolute error, averaged over ``smoothing`` steps, a
    day, ranks the steps: ``further_scores`` gives ROC AUC, average precision and whether the peak
    is inside a window. Scores of half hours are not the benchmark's own, which counts windows.

    Baselines: the last value; that of one period before, the period found in the training
    values; a linear autoregression and gradient boosting on the last ``lags`` values, a week.

    Lavin, Ahmad (2015), Numenta Anomaly Benchmark, ICMLA, arXiv:1510.03336. That a forecaster
    reads the time of day and of the week: Cui, Ahmad, Hawkins (2016), Neural Computation 28(11).
    """

    reads = ("nyc_taxi.csv", "nab-combined-windows.json")
    inputs = 5
    epochs = 80

    smoothing = DAY + 1
    lags = WEEK
    window = WEEK
    stride = 12
    at_least: ClassVar = {"window": 2}

    def __init__(self, **options):
        super().__init__(**options)
        if self.window >= TRAIN:
            raise TaskError(f"window must be below {TRAIN}, the training half hours")

    def splits(self, rng):
        scaled = standardised()
        x = np.concatenate([scaled[:, None], calendar(len(scaled))], 1).astype(np.float32)
        return Splits(
            Dataset(windows(x[:TRAIN], self.window, self.stride)),
            one_ahead(x[None, TRAIN:VALID], WEEK),
            one_ahead(x[None, VALID:], WEEK),
        )

    def anomalous(self):
        return load()[1][VALID + 1 :]

    def training_series(self):
        return standardised()[:TRAIN]


def calendar(steps: int) -> np.ndarray:
    """(steps, 4): sine and cosine of the time of day and of the time of the week."""
    angles = 2 * np.pi * np.arange(steps)[:, None] / (DAY, WEEK)
    return np.concatenate([np.sin(angles), np.cos(angles)], 1)


def standardised() -> np.ndarray:
    """(10320,) passengers on the scale of the training half hours."""
    series = load()[0]
    return (series - series[:TRAIN].mean()) / series[:TRAIN].std()


@cache
def load() -> tuple[np.ndarray, np.ndarray]:
    """Passengers (10320,) and whether a half hour is labelled (10320,) bool."""
    series, windows = fetch_all(*NycTaxi.reads)
    times, values = parse(series)
    labels = json.loads(windows.read_text())
    return values, within(times, labels[SERIES])


def parse(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of a CSV below a line of names; TaskError if a half hour is missing."""
    table = np.loadtxt(path, dtype=str, delimiter=",", skiprows=1, ndmin=2)
    times = table[:, 0].astype("datetime64[s]")
    if (np.diff(times) != np.timedelta64(30, "m")).any():
        raise TaskError(f"{path.name}: its times are not half an hour apart; use the original file")
    return times, table[:, 1].astype(np.float64)


def within(times: np.ndarray, spans: Sequence[tuple[str, str]]) -> np.ndarray:
    """(T,) bool: whether a time is in one of the spans, their first and last moment included."""
    edges = np.array(spans, "datetime64[us]")
    return np.asarray(((edges[:, :1] <= times) & (times <= edges[:, 1:])).any(0))
