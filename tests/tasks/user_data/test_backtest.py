"""Forecasts of the test split are turned back into the values of the user's table."""

import numpy as np
import pandas as pd
import pytest

from gatelab.tasks import etth1
from gatelab.tasks.user_data.from_objects import from_frame


def table(rows=150):
    rng = np.random.default_rng(0)
    times = pd.date_range("2024-01-01", periods=rows, freq="h")
    return pd.DataFrame(
        {"date": times, "load": rng.normal(900, 70, rows), "temp": rng.random(rows)}
    )


def task_of(frame, **options):
    return from_frame(frame, **{"window": 8, "horizon": 4, "season": 6} | options)


@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 3}, {"history": "before"}, {"targets": "load"}, {"clip": 1.0}],
    ids=str,
)
def test_true_changes_are_the_table_s_own_values_at_their_times(options):
    frame = table()
    task = task_of(frame, **options)
    test = task.splits(np.random.default_rng(0)).test
    backtest = task.backtest(task.splits(np.random.default_rng(0)))
    assert len(backtest.starts) == len(test.x)
    every = np.arange(len(test.x))
    rows = backtest.ahead(every)
    held = task.rows[rows][..., task.places]
    np.testing.assert_allclose(backtest.values(test.y, every), held, rtol=1e-5)
    assert (backtest.times[rows] == frame.date.to_numpy()[rows]).all()
    assert backtest.step == 3600 * 10**6
    assert rows[-1, -1] >= len(frame) - task.stride


def test_errors_by_step_are_the_scores_in_units_step_by_step():
    task = task_of(table())
    splits = task.splits(np.random.default_rng(0))
    backtest, guess = task.backtest(splits), np.zeros_like(splits.test.y)
    mae, rmse = backtest.errors(guess, splits.test.y)
    scores = task.further_scores(guess, splits.test)
    assert mae.shape == (4, 2)
    np.testing.assert_allclose(mae.mean(0), [scores["mae_load"], scores["mae_temp"]])
    squared = np.square(rmse).mean(0)
    np.testing.assert_allclose(np.sqrt(squared), [scores["rmse_load"], scores["rmse_temp"]])
    assert [*backtest.naive] == ["last value", "6 rows before"]


def test_the_last_windows_do_not_overlap_and_belong_to_one_series():
    both = pd.concat([table().assign(sensor="A"), table().assign(sensor="B")])
    task = task_of(both, series="sensor")
    backtest = task.backtest(task.splits(np.random.default_rng(0)))
    last = backtest.last()
    assert {*backtest.series[last]} == {"B"}
    assert (np.diff(backtest.starts[last]) == 4).all()
    assert backtest.ahead(last)[-1, -1] == 299
    assert len(backtest.last(most=8)) == 2
    assert len(backtest.last(most=1)) == 1


def test_working_days_are_no_span_of_time():
    days = pd.bdate_range("2024-01-01", periods=150)
    task = task_of(table().assign(date=days))
    assert task.backtest(task.splits(np.random.default_rng(0))).step == 0


@pytest.mark.parametrize("history", ["within", "before"])
def test_the_built_in_transformer_s_true_changes_are_its_own_hours(monkeypatch, history):
    hours = np.random.default_rng(0).normal(0, 0.1, (etth1.TEST + 9, 7)).cumsum(0)
    monkeypatch.setattr(etth1, "load", lambda: hours)
    task = etth1.ETTh1(history=history, horizon=49)  # no trees that far ahead
    splits = task.splits(np.random.default_rng(0))
    backtest, every = task.backtest(splits), np.arange(len(splits.test.x))
    found = backtest.values(splits.test.y, every)
    np.testing.assert_allclose(found, hours[backtest.ahead(every)], rtol=1e-3, atol=1e-3)
    ends = backtest.times[backtest.ahead(backtest.last())][-1, -1]
    assert str(ends).startswith("2018-02-20T23:00:00")
