"""Forecasts without a network, by hand."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.series import wave

from gatelab import tasks
from gatelab.tasks import Batch, etth1
from gatelab.tasks.shared import forecasts, horizons


def test_naive_forecasts_by_hand():
    series = np.array([1.0, 2, 3, 4, 5])
    found = forecasts.forecasts(np.resize([1.0, 5, 2, 0], 40), series, lags=2, period=3)
    assert found["last value"].tolist() == [1, 2, 3, 4, 5]
    # Of the sixth value: the third. Before the beginning stands the mean, 0.
    assert found["3 steps before"].tolist() == [0, 0, 1, 2, 3]
    assert [*found] == ["last value", "3 steps before", "linear, 2 lags", "boosting, 2 lags"]


@pytest.mark.parametrize("period", [7, 24, 48])
def test_period_is_found_in_a_noisy_wave(period):
    harmonics = wave(600, period) + 0.5 * wave(600, period / 2)
    assert forecasts.period_of(5 + harmonics) == period
    assert forecasts.period_of(harmonics + 0.2 * rng().normal(size=600)) == period
    assert forecasts.period_of(np.ones(9)) == 1


def test_autoregression_finds_a_wave_and_pads_with_the_mean():
    series = wave(400, 21)
    forecast = forecasts.autoregression(series[:200], series[200:399], lags=5)
    assert np.allclose(forecast[4:], series[205:], atol=1e-8)
    assert np.isfinite(forecast[:4]).all()


def test_autoregression_with_one_lag_is_a_regression_line():
    x, y = np.array([0.0, 1, 4, 2]), np.array([1.0, 4, 2, 9])  # pairs of the series below
    slope, offset = np.polyfit(x, y, 1)
    forecast = forecasts.autoregression(np.array([0.0, 1, 4, 2, 9]), np.array([10.0, -3]), lags=1)
    assert np.allclose(forecast, slope * np.array([10, -3]) + offset)


def logistic_map(steps, start):
    x = [start]
    while len(x) < steps:
        x.append(4 * x[-1] * (1 - x[-1]))
    return np.array(x) - 0.5  # its mean


def test_boosting_learns_a_chaotic_map_that_no_line_describes(monkeypatch):
    train, test = logistic_map(600, 0.3), logistic_map(200, 0.4)
    trees, linear = (f(train, test, 3)[:-1] for f in (forecasts.boosting, forecasts.autoregression))
    nmse = tasks.METRICS["nmse"].score
    assert nmse(trees[:, None], test[1:, None]) < 0.01
    assert nmse(linear[:, None], test[1:, None]) > 0.8

    def again(*_):
        raise AssertionError("trees were grown before")

    monkeypatch.setattr(forecasts, "trees", again)
    assert np.array_equal(forecasts.boosting(train, test, 3)[:-1], trees)
    with pytest.raises(AssertionError, match="grown before"):
        forecasts.boosting(train[1:], test, 3)


def test_trees_that_go_on_from_their_forecasts_follow_two_waves():
    def waves(start, steps):
        return np.stack([wave(start + steps, 10), 3 * wave(start + steps, 20)], 1)[start:]

    train, test = (etth1.windows(waves(start, 300), 25, 4) for start in (0, 305))
    series = horizons.boosting(train, test).reshape(-1, 4, 2)
    for d in range(2):
        nmse = tasks.METRICS["nmse"].score(series[..., d], test.y.reshape(-1, 4, 2)[..., d])
        assert nmse < 0.01
    assert not np.array_equal(series[:, 0], series[:, 1])


def test_the_last_period_of_a_window_again_and_again():
    x = np.arange(12, dtype=np.float32).reshape(1, 6, 2)
    batch = Batch(x, np.zeros((1, 5 * 2), np.float32))
    again = horizons.seasonal(batch, 3).reshape(5, 2)
    assert again[:, 0].tolist() == [6, 8, 10, 6, 8]
    assert again[:, 1].tolist() == [7, 9, 11, 7, 9]
