"""Forecasts without a network by hand; anomalies ranked by a forecast's error.

What reads files is tried on tiny ones; figures of the real files are skipped where they are not.
"""

import numpy as np
import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.tasks import Batch, TaskError, etth1, nyc_taxi, ucr_anomaly
from gatelab.tasks.shared import anomalies, forecasts, horizons
from gatelab.tasks.shared.anomalies import Anomalies

main = command("tasks")

TASKS = {"ucr_anomaly": (ucr_anomaly, 7501), "nyc_taxi": (nyc_taxi, 10320)}


def rng(seed=0):
    return np.random.default_rng(seed)


def wave(steps, period):
    return np.sin(2 * np.pi * np.arange(steps) / period)


# Forecasts


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


# Ranking


class Tiny(Anomalies):
    """Seven steps, of which the first is only read and the fourth and fifth are anomalous."""

    name = "tiny"
    smoothing = 1

    def anomalous(self):
        return np.array([0, 0, 0, 1, 1, 0, 0], bool)


def tiny(errors):
    """Outputs with these errors, either side, against targets of which the first is missing."""
    y = np.array([np.nan, 3, 1, 4, 1, 5, 9], np.float32)[None, :, None]
    outputs = np.nan_to_num(y)
    outputs[0, 1:, 0] += errors
    return outputs, Batch(np.zeros_like(y), y)


def test_scores_by_hand():
    # Of 2 x 4 pairs one is the wrong way round: .5 of a false step above .4 of a true one.
    scores = Tiny().further_scores(*tiny([0.1, -0.5, -0.8, 0.4, 0.3, -0.2]))
    assert scores == pytest.approx(
        {"roc_auc": 7 / 8, "average_precision": (1 + 2 / 3) / 2, "peak_inside": 1}
    )
    # A tie counts half; the highest score is outside.
    scores = Tiny().further_scores(*tiny([0.0, 1.0, 0.5, 0.5, 0.5, 0.0]))
    assert scores == pytest.approx(
        {"roc_auc": (2 + 0.5 + 2 + 0.5) / 8, "average_precision": 2 / 4, "peak_inside": 0}
    )


def test_errors_are_averaged_around_each_step():
    assert anomalies.smoothed(np.array([0.0, 3, 0, 6, 9]), 3).tolist() == [1, 1, 3, 5, 8]
    lone_peak = tiny([0.0, 0, 0.6, 0.6, 0, 0.9])
    assert Tiny(smoothing=1).further_scores(*lone_peak)["peak_inside"] == 0
    assert Tiny(smoothing=2).further_scores(*lone_peak)["peak_inside"] == 1


def test_only_numbers_on_the_test_split_are_ranked():
    outputs, batch = tiny([0.1, 0.2, 0.3, np.nan, 0.1, 0.1])
    assert np.isnan([*Tiny().further_scores(outputs, batch).values()]).all()
    assert [*Tiny().further_scores(outputs, batch)] == [*Tiny().further_scores(*tiny([0.1] * 6))]
    assert Tiny().further_scores(outputs[:, 1:], Batch(batch.x[:, 1:], batch.y[:, 1:])) == {}


# Files and splits


def test_ucr_file(tmp_path):
    (tmp_path / "a.csv").write_text("timestamp,value,is_anomaly\n0,63.5,0\n1,-2,1\n2,7,0\n")
    values, anomalous = ucr_anomaly.parse(tmp_path / "a.csv")
    assert values.tolist() == [63.5, -2, 7]
    assert anomalous.tolist() == [False, True, False]


def test_taxi_file_and_the_spans_that_label_it(tmp_path):
    rows = [f"2014-12-31 {h}:{m},{h}{m}" for h in (22, 23) for m in ("00:00", "30:00")]
    lines = ["timestamp,value", *(row[:-3] for row in rows)]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    times, values = nyc_taxi.parse(tmp_path / "a.csv")
    assert values.tolist() == [2200, 2230, 2300, 2330]
    spans = [
        ["2014-12-31 22:30:00.000000", "2014-12-31 22:30:00.000000"],
        ["2014-12-31 23:20:00.000000", "2015-01-01 00:00:00.000000"],
    ]
    assert nyc_taxi.within(times, spans).tolist() == [False, True, False, True]
    (tmp_path / "a.csv").write_text("\n".join(lines[:2] + lines[3:]))
    with pytest.raises(TaskError, match=r"a\.csv: its times are not half an hour apart"):
        nyc_taxi.parse(tmp_path / "a.csv")


def made_up(length):
    """A noisy wave that jumps in its last tenth, where it is labelled."""
    series = wave(length, 60) + 0.05 * rng().normal(size=length)
    anomalous = np.zeros(length, bool)
    anomalous[-length // 10 :][:30] = True
    series[anomalous] += 2 * rng(1).normal(size=30)
    return series, anomalous


@pytest.fixture(params=TASKS)
def on_made_up_data(request, monkeypatch):
    module, length = TASKS[request.param]
    data = made_up(length)
    monkeypatch.setattr(module, "load", lambda: data)
    return request.param, module, *data


def test_no_split_knows_another(on_made_up_data, monkeypatch):
    name, module, series, anomalous = on_made_up_data
    task = tasks.make(name)
    usual = parts(task)
    for split, part in ((1, slice(module.TRAIN, module.VALID)), (2, slice(module.VALID, None))):
        other = series.copy()
        other[part] += 1
        monkeypatch.setattr(module, "load", lambda other=other: (other, anomalous))
        unchanged = [all(map(same, *pair)) for pair in zip(usual, parts(task), strict=True)]
        assert unchanged == [k != split for k in range(3)]


def parts(task):
    splits = task.splits(rng())
    return [batch[:2] for batch in (splits.train.batch, splits.valid, splits.test)]


def same(a, b):
    return np.array_equal(a, b, equal_nan=True)


def test_targets_are_the_next_values_and_begin_after_what_is_only_read(on_made_up_data):
    name, module, series, anomalous = on_made_up_data
    task = tasks.make(name)
    seen = series[: module.TRAIN]
    scaled = (series - seen.mean()) / seen.std()
    train, *held_out = parts(task)
    assert np.isfinite(train[1]).all()
    assert same(train[0][:, 1:, 0], train[1][:, :-1, 0])
    last = (module.TRAIN - task.window - 1) // task.stride * task.stride
    assert np.allclose(train[1][-1, :, 0], scaled[last + 1 :][: task.window], atol=1e-5)
    for (x, y), first, last in zip(
        held_out, (module.TRAIN, module.VALID), (module.VALID, len(series)), strict=True
    ):
        assert np.allclose(x[0, :, 0], scaled[first : last - 1], atol=1e-5)
        read = int(np.isnan(y).sum())
        assert 0 < read < 400
        assert np.allclose(y[0, read:, 0], scaled[first + 1 : last][read:], atol=1e-5)
    assert same(task.anomalous(), anomalous[module.VALID + 1 :])


def test_a_week_goes_round():
    x = nyc_taxi.calendar(nyc_taxi.WEEK + 1)
    assert np.allclose(x[0], [0, 0, 1, 1])
    assert np.allclose(x[nyc_taxi.DAY // 4], [1, *x[12, 1:2], 0, *x[12, 3:]])
    assert np.allclose(x[-1], x[0])
    assert len(np.unique(x[:-1].round(6), axis=0)) == nyc_taxi.WEEK


def test_page_of_a_task_ranks_its_baselines_too(on_made_up_data, monkeypatch, capsys):
    name, *_ = on_made_up_data
    monkeypatch.setattr(tasks.get(name), "lags", 5)
    task = tasks.make(name)
    splits = task.splits(rng())
    scores, also = task.baselines(splits), task.further_baselines(splits)
    assert [*scores] == [*also]
    assert scores["60 steps before"] < scores["last value"] * 3
    assert also["60 steps before"] == task.further_scores(
        forecasts.seasonal(splits.test.x[0, :, 0], 60)[None, :, None], splits.test
    )
    assert also["linear, 5 lags"]["roc_auc"] > 0.9
    assert main([name]) == 0
    page = capsys.readouterr().out
    lines = page[page.index("\nalso ") :].splitlines()
    assert "roc_auc" in lines[1]
    assert lines[1].endswith(": last value")
    assert lines[2].endswith(": 60 steps before")
    drawn = page[page.index("A sequence of the test split") :]
    assert drawn.count("!") == 10


@pytest.mark.parametrize("name", TASKS)
def test_windows_that_do_not_fit_are_refused(name):
    most = TASKS[name][0].TRAIN
    with pytest.raises(TaskError, match=f"window must be below {most}"):
        tasks.make(name, window=most)


# The files themselves


def test_ucr_facts():
    series, anomalous = ucr_anomaly.load()
    assert len(series) == 7501
    assert np.flatnonzero(anomalous).tolist() == [*range(4187, 4199)]
    task = tasks.make("ucr_anomaly")
    splits = task.splits(rng())
    scores, also = task.baselines(splits), task.further_baselines(splits)
    assert scores["boosting, 50 lags"] < scores["linear, 50 lags"] < scores["last value"] < 0.003
    assert also["last value"]["roc_auc"] > 0.999
    assert also["last value"]["peak_inside"] == 1


def test_taxi_facts():
    passengers, anomalous = nyc_taxi.load()
    assert (len(passengers), anomalous.sum()) == (10320, 1035)
    assert (np.diff(anomalous.astype(int)) == 1).sum() == 5
    task = tasks.make("nyc_taxi")
    test = task.splits(rng()).test
    assert not anomalous[: nyc_taxi.VALID + 2 * nyc_taxi.DAY].any()
    on = ~np.isnan(test.y[0, :, 0])
    assert task.anomalous()[on].sum() == 1035
    assert forecasts.period_of(task.training_series()) == nyc_taxi.WEEK
