"""Series with anomalies: files, splits, targets, figures; tiny files stand in for real ones."""

import numpy as np
import pytest
from helpers.command import command
from helpers.drawing import rng
from helpers.series import wave

from gatelab import tasks
from gatelab.tasks import TaskError, nyc_taxi, ucr_anomaly
from gatelab.tasks.shared import forecasts

main = command("tasks")
TASKS = {"ucr_anomaly": (ucr_anomaly, 7501), "nyc_taxi": (nyc_taxi, 10320)}


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
