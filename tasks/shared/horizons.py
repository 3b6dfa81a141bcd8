"""Baselines for several series: forecasts several steps ahead without a network.

A batch's x (N, T, D) holds windows and its y (N, H * D) the values that follow, step by step. The
last value of the window is subtracted from both, so that a forecast of 0 repeats the last value.
Forecasts are shaped like y.
"""

from functools import lru_cache

import numpy as np

from ..framework.batches import Batch
from .forecasts import trees

TREES = 50
BOOSTED = 48  # most steps ahead: recursive forecasts by trees are slow


def seasonal(test: Batch, period: int) -> np.ndarray:
    """Repeat the last period of the window."""
    horizon = test.y.shape[1] // test.x.shape[2]
    again = np.resize(np.arange(-period, 0), horizon)
    return test.x[:, again].reshape(test.y.shape)


def linear(train: Batch, test: Batch) -> np.ndarray:
    """A linear map from a series' window to its horizon, one for all series, by least squares."""
    steps, series = train.x.shape[1:]
    A = _by_series(train.x)
    b = _by_series(train.y.reshape(len(train.y), -1, series))
    # Normal equations: for 60,000 rows and 97 columns, the products need far less memory than A.
    A = np.concatenate([A, np.ones((len(A), 1), np.float32)], 1, dtype=np.float64)
    weights = np.linalg.lstsq(A.T @ A, A.T @ b, rcond=None)[0]
    return _as_targets(_by_series(test.x) @ weights[:steps] + weights[steps], test)


def boosting(train: Batch, test: Batch) -> np.ndarray:
    """Gradient-boosted trees for the next step of a series, one model for all series.

    Further steps are forecast from forecasts. The trees are fitted once per data set.
    """
    horizon = test.y.shape[1] // test.x.shape[2]
    series = train.x.shape[2]
    seen, given = _by_series(train.x), _by_series(test.x)
    change = train.y[:, :series].reshape(-1)  # of the first step
    rolled = _rolled(*(part.tobytes() for part in (seen, change, given)), seen.shape[1], horizon)
    return _as_targets(np.frombuffer(rolled).reshape(len(given), horizon), test)


@lru_cache(maxsize=2)
def _rolled(seen: bytes, change: bytes, given: bytes, steps: int, horizon: int) -> bytes:
    """Forecasts (M, horizon) of windows (M, steps), as bytes, so that trees are fitted once."""
    x, y, window = (np.frombuffer(part, np.float32) for part in (seen, change, given))
    answer = trees(x.reshape(-1, steps), y, TREES)
    window = window.reshape(-1, steps).astype(np.float64)
    forecast = np.zeros((len(window), horizon))
    for step in range(horizon):
        ahead = answer(window)
        forecast[:, step] = forecast[:, step - 1] + ahead if step else ahead
        # The window moves on: its last value is the new one, and 0 again.
        window = np.concatenate([window[:, 1:] - ahead[:, None], np.zeros((len(window), 1))], 1)
    return forecast.tobytes()


def _by_series(values):
    """Reshape (N, T, D) to (N * D, T)."""
    return values.swapaxes(1, 2).reshape(-1, values.shape[1])


def _as_targets(forecast, test):
    """Reshape forecasts (N * D, H) to the shape of the targets, (N, H * D)."""
    n, _, series = test.x.shape
    return forecast.reshape(n, series, -1).swapaxes(1, 2).reshape(test.y.shape)
