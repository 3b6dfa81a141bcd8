"""What a table was read as, where its splits lie, and the picture of both."""

import numpy as np
import pandas as pd
import pytest

from gatelab.tasks import from_frame
from gatelab.tasks.figures import figure, timelines


def hours(n=200, **columns):
    when = pd.date_range("2024-01-01", periods=n, freq="h")
    return pd.DataFrame({"date": when, "load": np.sin(np.arange(n) / 4), **columns})


def task(frame, **options):
    return from_frame(frame, **{"window": 8, "horizon": 2, "name": "mine", **options})


def test_rows_columns_and_times_are_said_and_where_each_split_lies():
    said = task(hours(temp=np.arange(200.0)), targets="load").origin()
    assert said["table"].splitlines() == [
        "200 rows; 2 columns read: load, temp; to forecast: load",
        "time in date: 2024-01-01 to 2024-01-09 07:00, a row every hour",
    ]
    assert said["splits"].splitlines() == [
        "120 rows for training, 2024-01-01 to 2024-01-05 23:00",
        "40 rows for validation, 2024-01-06 to 2024-01-07 15:00",
        "40 rows for the test, 2024-01-07 16:00 to 2024-01-09 07:00",
    ]


def test_without_times_that_is_said():
    said = task(hours().drop(columns="date")).origin()
    assert "no column says when; rows are in order as they stand" in said["table"]
    assert said["splits"].startswith("120 rows for training\n")


def test_months_are_months_and_stretches_are_counted():
    months = hours().assign(date=pd.date_range("1949-01-01", periods=200, freq="MS"))
    assert "a row every month" in task(months).origin()["table"]
    holes = hours().drop(index=range(90, 100))
    assert "2 stretches without a gap" in task(holes, gaps="split").origin()["table"]


def test_several_series_are_named_and_drawn_one_by_one():
    names = [f"shop {k}" for k in range(7)]
    both = pd.concat([hours(shop=name) for name in names], ignore_index=True)
    made = task(both, series="shop")
    assert (
        "7 series: shop 0, shop 1, shop 2, shop 3, shop 4, shop 5, ... (7)"
        in (made.origin()["table"])
    )
    lines = made.timeline()
    assert [*lines.lines] == [f"load, {name}" for name in names[:4]]
    assert lines.left_out == "4 of 7 are drawn"
    known = [np.flatnonzero(~np.isnan(values)) for values in lines.lines.values()]
    assert [(rows.min(), rows.max()) for rows in known] == [(200 * k, 200 * k + 199)
                                                          for k in range(4)]  # fmt: skip


def test_the_picture_shades_the_splits_and_breaks_the_line_at_a_gap(rng):
    made = task(hours().drop(index=range(90, 100)), gaps="split")
    drawn = figure.drawing(made, made.splits(rng).test)
    top = drawn.subfigs[0].axes[0]
    shades = sorted(patch.get_x() for patch in top.patches)
    assert len(shades) == 3
    (line,) = [each for each in top.lines if len(each.get_xdata()) > 2]
    assert np.isnan(line.get_ydata()).tolist().index(True) == 90
    assert {text.get_text() for text in top.texts} == {"training", "validation", "the test"}
    drawn.savefig("/dev/null", format="png")


@pytest.mark.parametrize("holes", [False, True])
def test_a_long_line_keeps_its_extremes(holes, rng):
    values = rng.standard_normal(50_000)
    values[[123, 40_000]] = 9.0, -9.0
    values[1000:3000] = np.nan if holes else 0.0
    kept = timelines._thinned(values)
    assert len(kept) <= timelines.MOST
    assert {0, 123, 40_000, 49_999} <= {*kept.tolist()}
    assert not np.isnan(values[kept]).any()
