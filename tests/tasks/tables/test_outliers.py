"""Numbers that look like marks, and numbers that drown all others; those that only look unusual."""

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng
from helpers.written_tables import LOAD, once, rows

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.shared.moments import moments
from gatelab.tasks.tables import Reading, read

N = 400
DAYS = np.arange(N)
LIKE_LOAD = 100 + 20 * np.sin(DAYS / 4) + rng(1).normal(0, 3, N)


def with_value(value, count, values=LIKE_LOAD):
    changed = values.copy()
    changed[7 :: N // count][:count] = value
    return changed


USUAL = {
    "counts": rng(2).poisson(2, N),
    "mostly 0": np.maximum(rng(3).normal(-2, 2, N), 0).round(1),
    "a rare event": DAYS % 200 == 7,
    "codes, -1 among them": rng(4).choice([-1, 0, 1, 2], N),
    "a heavy tail": np.exp(2 * rng(5).standard_normal(N)),
    "a heavier tail": rng(6).standard_t(2, N),
    "a random walk": rng(7).standard_normal(N).cumsum(),
    "a trend": DAYS.astype(float) ** 2,
    "a step": np.where(DAYS < 300, 0.0, 1e4) + LIKE_LOAD,
    "an outage of some days": with_value(0, 4),
    "a sensor that saturates": np.minimum(LIKE_LOAD, 110),
    "999 in its place": 900 + LIKE_LOAD.round(),
    "-1 in its place": (LIKE_LOAD / 30 - 4).round(),
    "a spike of ten spreads": with_value(400, 1),
    "hardly anything": np.full(N, 5.0),
    "two values": np.where(DAYS % 2, 9999.0, 1.0),
}


@pytest.mark.parametrize("name", USUAL)
def test_unusual_numbers_are_numbers(name):
    frame = pd.DataFrame({"a": USUAL[name].astype(float)})
    assert np.array_equal(read(frame).values, frame.to_numpy())


@pytest.mark.parametrize(
    ("value", "count"),
    [
        *((value, 1) for value in (-999, 9999, -9999, 99999, -99.9 * 100, 1e20, -32768)),
        *((value, 5) for value in (-1, -999, 9999, 500, -200, 65535)),
    ],
)
def test_a_mark_among_numbers_is_refused_and_its_advice_works(value, count):
    frame = pd.DataFrame({"a": with_value(value, count)})
    times = "once" if count == 1 else "5 times"
    with pytest.raises(TaskError, match=f"row 8 is .*comes {times}, far .* missing=") as refusal:
        read(frame)
    mark = str(refusal.value).partition('missing="')[2].partition('"')[0]
    filled = read(frame, Reading(missing=mark, fill="interpolate")).values[:, 0]
    assert np.ptp(filled) <= np.ptp(LIKE_LOAD)
    kept = read(frame, Reading(missing="none")).values
    assert np.array_equal(kept, frame.to_numpy())


def test_marks_add_up():
    frame = pd.DataFrame({"a": with_value(-999, 3), "b": with_value(9999, 4)})
    with pytest.raises(TaskError, match=r'missing="-999",fill="interpolate"'):
        read(frame)
    with pytest.raises(TaskError, match=r'missing="-999,9999",fill="interpolate"'):
        read(frame, Reading(missing="-999", fill="split"))
    both = read(frame, Reading(missing=[-999, 9999], fill="previous"))
    assert both.notes == ("7 missing values were filled with the value before, at most 1 in a row",)


@pytest.mark.parametrize("values", [[1e12], [1e9, 2e9, 1e9], [-1e7], [1e300]])
def test_a_value_that_drowns_all_others_is_refused(values):
    frame = pd.DataFrame({"a": LIKE_LOAD})
    frame.iloc[20 : 20 + len(values), 0] = values
    with pytest.raises(TaskError, match=r"row 21 is .*clip=10 sets such values to a bound"):
        read(frame)
    assert np.array_equal(read(frame, Reading(clip=10)).values, frame.to_numpy())


def test_clip_sets_far_values_to_a_bound_that_training_rows_give(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "load.csv").write_text(rows(once(55, "1e12")))
    task = tasks.make("load.csv:window=4,horizon=2,clip=10")
    low, middle, high = np.quantile(np.round(LOAD[:36], 2), [0.25, 0.5, 0.75])
    assert task.rows[55, 0] == middle + 10 * (high - low)
    assert task.notes == ("column 'load': 1 value was set to a bound by clip",)
    assert np.abs(task.splits(None).test.x).max() < 30
    assert task.preparation().bounds == tuple(tuple(b.tolist()) for b in task.bounds)
    (tmp_path / "still.csv").write_text(rows(lambda i: str(max(i - 40, 0))))
    with pytest.raises(TaskError, match="clip= cuts nothing off column 'load'"):
        tasks.make("still.csv:window=4,horizon=2,clip=10")


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-30, 1, 1e30, 1e200, 1e300])
def test_a_forecast_of_numbers_of_any_size_is_standardised(size, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "load.csv").write_text(rows(lambda i: repr(LOAD[i] * size)))
    (tmp_path / "plain.csv").write_text(rows(lambda i: repr(LOAD[i])))
    one, other = (
        tasks.make(f"{name}.csv:window=4,horizon=2").splits(None).train.batch.x
        for name in ("load", "plain")
    )
    assert one == pytest.approx(other, abs=0.1 if size < 1e-300 else 1e-5)


def test_moments_are_those_of_numpy_to_the_bit():
    for scale in (1e-30, 1, 1e9, 1e100):
        values = rng(8).normal(3, 2, (1001, 3)) * scale
        mean, spread = moments(values)
        assert np.array_equal(mean, values.mean(0))
        assert np.array_equal(spread, values.std(0))
