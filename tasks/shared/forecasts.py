"""Baselines for time series: one-step forecasts without a network.

A series is (T,). Its forecasts are (T,): of the value after each step, from the values up to it.
Values before the beginning of a series count as 0, the mean of a standardised series: a network
that reads the series knows no more.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np


def forecasts(
    train: np.ndarray, test: np.ndarray, lags: int, period: int | None = None
) -> dict[str, np.ndarray]:
    """Forecasts of a series by several baselines.

    Args:
        train: the series (T,) that models are fitted on.
        test: the series (T,) to forecast.
        lags: number of past values that models read.
        period: period of the seasonal naive forecast, in steps; None estimates it.

    Returns:
        {baseline: forecasts (T,) of ``test``}.
    """
    period = period or period_of(train)
    return {
        "last value": test,
        f"{period} steps before": seasonal(test, period),
        f"linear, {lags} lags": autoregression(train, test, lags),
        f"boosting, {lags} lags": boosting(train, test, lags),
    }


def seasonal(series: np.ndarray, period: int) -> np.ndarray:
    """Seasonal naive forecast: the value one period before the one to forecast."""
    return lagged(series, period)[:, 0]


def period_of(series: np.ndarray) -> int:
    """The period of a series in steps, estimated from its autocorrelation.

    It is the first peak that is nearly the highest, searched from where the autocorrelation first
    falls below 0 up to half the length of the series; 1 if there is none.
    """
    from scipy.signal import find_peaks

    centred = series - series.mean()
    spectrum = np.abs(np.fft.rfft(centred, 2 * len(series))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(series) // 2]
    # Longer lags have fewer pairs, so take the mean, not the sum.
    correlation /= len(series) - np.arange(len(correlation))
    below = int(np.argmax(correlation < 0))
    correlation = correlation[below:]
    # Nearly: every multiple of the period is a peak, and noise may make it the highest.
    peaks, _ = find_peaks(correlation, height=0.95 * correlation.max())
    return below + int(peaks[0]) if len(peaks) else 1


def autoregression(train: np.ndarray, test: np.ndarray, lags: int) -> np.ndarray:
    """Forecasts that are linear in the last ``lags`` values and 1, by least squares."""
    seen = lagged(train[:-1], lags)[lags - 1 :]
    weights = np.linalg.lstsq(and_one(seen), train[lags:], rcond=None)[0]
    return and_one(lagged(test, lags)) @ weights


def boosting(train: np.ndarray, test: np.ndarray, lags: int) -> np.ndarray:
    """Gradient-boosted trees that forecast the change from the last value, from ``lags`` values.

    Friedman (2001), Annals of Statistics 29(5); histograms as in LightGBM.
    """
    series = (np.ascontiguousarray(part, np.float64).tobytes() for part in (train, test))
    return np.frombuffer(_boosted(*series, lags))


@lru_cache(maxsize=8)
def _boosted(train: bytes, test: bytes, lags: int) -> bytes:
    """``boosting`` on bytes, so that the cache fits the trees once per data set."""
    before, after = np.frombuffer(train), np.frombuffer(test)
    seen, given = lagged(before[:-1], lags)[lags - 1 :], lagged(after, lags)
    change = trees(seen, before[lags:] - seen[:, -1])(given)
    return (after + change).tobytes()


def trees(x: np.ndarray, y: np.ndarray, count: int = 100) -> Callable[[np.ndarray], np.ndarray]:
    """Fit ``count`` boosted trees to x (N, F), y (N,); returns a function from (M, F) to (M,)."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    settings: dict = {"max_iter": count, "early_stopping": False, "random_state": 0}
    model = HistGradientBoostingRegressor(**settings)
    one_thread = threadpool_limits.wrap(limits=1)  # studies run a trial on every core
    one_thread(model.fit)(x, y)
    return one_thread(model.predict)


def lagged(series: np.ndarray, lags: int) -> np.ndarray:
    """The last ``lags`` values at each step, (T, lags), oldest first."""
    before = np.concatenate([np.zeros(lags - 1), series])
    return np.lib.stride_tricks.sliding_window_view(before, lags)


def and_one(x: np.ndarray) -> np.ndarray:
    """Features (N, F) with a column of ones appended, for a constant term."""
    return np.concatenate([x, np.ones((len(x), 1))], 1)
