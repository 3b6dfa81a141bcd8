"""What follows each step of a series, forecast without a network: baselines for time series.

A series is (T,), forecasts are (T,): of the value after each step, from the values up to it. What
lies before a series' beginning counts as 0, the mean of one that is standardised, for a network
that reads it knows no more.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np


def forecasts(
    train: np.ndarray, test: np.ndarray, lags: int, period: int | None = None
) -> dict[str, np.ndarray]:
    """{what it is in words: forecasts of ``test``}; whatever is fitted is fitted on ``train``.

    period: of the seasonal naive forecast; None finds it.
    """
    period = period or period_of(train)
    return {
        "last value": test,
        f"{period} steps before": seasonal(test, period),
        f"linear, {lags} lags": autoregression(train, test, lags),
        f"boosting, {lags} lags": boosting(train, test, lags),
    }


def seasonal(series: np.ndarray, period: int) -> np.ndarray:
    """The value one period before the one that is forecast."""
    return lagged(series, period)[:, 0]


def period_of(series: np.ndarray) -> int:
    """The period, in steps: the first peak of the autocorrelation that is nearly its highest.

    Looked for after the autocorrelation has been below 0, up to half the series' length; 1 where
    there is none.
    """
    from scipy.signal import find_peaks

    centred = series - series.mean()
    spectrum = np.abs(np.fft.rfft(centred, 2 * len(series))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(series) // 2]
    # A longer lag has fewer pairs: their mean, not their sum.
    correlation /= len(series) - np.arange(len(correlation))
    below = int(np.argmax(correlation < 0))
    correlation = correlation[below:]
    # Nearly: every multiple of the period is a peak, and noise may make it the highest.
    peaks, _ = find_peaks(correlation, height=0.95 * correlation.max())
    return below + int(peaks[0]) if len(peaks) else 1


def autoregression(train: np.ndarray, test: np.ndarray, lags: int) -> np.ndarray:
    """A linear function of the last ``lags`` values and 1, by least squares."""
    seen = lagged(train[:-1], lags)[lags - 1 :]
    weights = np.linalg.lstsq(and_one(seen), train[lags:], rcond=None)[0]
    return and_one(lagged(test, lags)) @ weights


def boosting(train: np.ndarray, test: np.ndarray, lags: int) -> np.ndarray:
    """Gradient-boosted trees that forecast the change from the last value, of ``lags`` values.

    Friedman (2001), Annals of Statistics 29(5); histograms as in LightGBM.
    """
    series = (np.ascontiguousarray(part, np.float64).tobytes() for part in (train, test))
    return np.frombuffer(_boosted(*series, lags))


@lru_cache(maxsize=8)
def _boosted(train: bytes, test: bytes, lags: int) -> bytes:
    """As bytes, so that trees are grown once per data set."""
    before, after = np.frombuffer(train), np.frombuffer(test)
    seen, given = lagged(before[:-1], lags)[lags - 1 :], lagged(after, lags)
    change = trees(seen, before[lags:] - seen[:, -1])(given)
    return (after + change).tobytes()


def trees(x: np.ndarray, y: np.ndarray, count: int = 100) -> Callable[[np.ndarray], np.ndarray]:
    """Boosted trees that learned y (N,) from x (N, F): a function of (M, F) to answers (M,)."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    settings: dict = {"max_iter": count, "early_stopping": False, "random_state": 0}
    model = HistGradientBoostingRegressor(**settings)
    one_thread = threadpool_limits.wrap(limits=1)  # studies run a trial on every core
    one_thread(model.fit)(x, y)
    return one_thread(model.predict)


def lagged(series: np.ndarray, lags: int) -> np.ndarray:
    """(T, lags): the values up to each step, oldest first."""
    before = np.concatenate([np.zeros(lags - 1), series])
    return np.lib.stride_tricks.sliding_window_view(before, lags)


def and_one(x: np.ndarray) -> np.ndarray:
    """Features (N, F) with a column of ones: for a constant term."""
    return np.concatenate([x, np.ones((len(x), 1))], 1)
