"""Series of one table that have levels and spreads of their own."""

import json

import numpy as np
import pandas as pd
import pytest

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.preparation.files import from_json as prepared

WINDOW = {"window": 6, "horizon": 2}


def shop(name, level, size, n=100):
    when = pd.date_range("2024-01-01", periods=n, freq="D")
    return pd.DataFrame(
        {"date": when, "shop": name, "sold": level + size * np.sin(np.arange(n) / 3)}
    )


@pytest.fixture
def both():
    return pd.concat([shop("Berlin", 10, 1), shop("Rome", 5000, 300)], ignore_index=True)


class Same:
    """Forecasts the window's last but one value."""

    def predict(self, x, lengths=None):
        return np.repeat(x[:, -2], 2, axis=1)


def test_each_series_is_scaled_by_its_own_training_rows(both, rng):
    made = tasks.from_frame(both, series="shop", **WINDOW)
    alone = tasks.from_frame(shop("Rome", 5000, 300)[["date", "sold"]], **WINDOW)
    for mine, one in zip(made.splits(rng)[1:], alone.splits(rng)[1:], strict=True):
        half = len(mine.x) // 2
        np.testing.assert_array_equal(mine.x[half:], one.x)
        np.testing.assert_allclose(mine.x[:half], one.x, atol=1e-5)  # the same wave


def test_scores_are_in_the_units_of_each_series(both, rng):
    made = tasks.from_frame(both, series="shop", **WINDOW)
    alone = [
        tasks.from_frame(shop(*each)[["date", "sold"]], **WINDOW)
        for each in (("Berlin", 10, 1), ("Rome", 5000, 300))
    ]
    (mine,) = [s["mae_sold"] for n, s in further(made, rng).items() if n == "last value"]
    each = [further(task, rng)["last value"]["mae_sold"] for task in alone]
    assert mine == pytest.approx(np.mean(each), rel=1e-6)
    back = made.backtest(made.splits(rng))
    outputs = np.zeros((len(back.starts), 2))
    values = back.values(outputs, np.arange(len(back.starts)))
    np.testing.assert_allclose(values[:, 0, 0], back.rows[back.starts - 1, 0])
    assert back.errors(outputs, made.splits(rng).test.y)[0].mean() == pytest.approx(mine, rel=1e-5)


def further(task, rng):
    return task.further_baselines(task.splits(rng))


def test_a_forecast_uses_the_scale_of_its_series_and_a_strange_one_is_refused(both):
    made = tasks.from_frame(both, series="shop", **WINDOW)
    kept = prepared(json.loads(json.dumps(made.preparation().to_json())))
    latest = pd.concat([g.tail(6) for _, g in both.groupby("shop")])
    for preparation in (made.preparation(), kept):
        found = preparation.forecast(Same(), latest)
        for name, group in latest.groupby("shop"):
            np.testing.assert_allclose(found.loc[name].sold, group.sold.iloc[-2], rtol=1e-6)
    with pytest.raises(TaskError, match="unknown series 'Romw'; did you mean Rome"):
        kept.forecast(Same(), latest.replace("Rome", "Romw"))
    far = latest.assign(sold=latest.sold.where(latest.shop == "Rome", 5000.0))
    with pytest.raises(TaskError, match="5000 among the last rows lies far outside of 9"):
        kept.forecast(Same(), far)


def test_a_series_that_never_changes_while_it_is_trained_on_is_named(both):
    still = both.assign(sold=both.sold.where(both.shop == "Rome", 7.0))
    with pytest.raises(TaskError, match="'sold' of Berlin never changes in the training rows"):
        tasks.from_frame(still, series="shop", **WINDOW)


def test_with_other_series_to_forecast_all_have_one_scale(both):
    more = pd.concat([both, shop("Tokyo", 300, 20)], ignore_index=True)
    made = tasks.from_frame(more, series="shop", split="series", **WINDOW)
    assert [*made.seen()] == [""]
    assert made.preparation().scales == {}


def test_what_is_far_off_in_one_series_may_be_usual_in_another(both):
    counts = both.assign(sold=np.where(both.shop == "Rome", both.sold, np.arange(200) % 5))
    made = tasks.from_frame(counts, series="shop", **WINDOW)
    assert made.notes == ()
    spoilt = counts.assign(sold=counts.sold.where(counts.index != 30, 4000.0))
    with pytest.raises(TaskError, match="row 31 is 4000, so far from all others"):
        tasks.from_frame(spoilt, series="shop", **WINDOW)
