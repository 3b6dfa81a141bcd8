"""A forecast in the units of the table, from its latest rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.in_use import Says, forecasting, hours

from gatelab.tasks import TaskError, from_csv
from gatelab.tasks.shared.horizons import seasonal
from gatelab.tasks.tables import Piece
from gatelab.tasks.user_data.series import Series


def test_the_network_reads_what_it_was_trained_on_and_its_answer_is_in_units():
    found = forecasting().forecast(network := Says([0.5, 1.0]), hours())
    load, temperature = hours().values[-4:].T
    np.testing.assert_allclose(network.x[0, :, 0], (load - load[-1]) / 10, rtol=1e-6)
    np.testing.assert_allclose(network.x[0, :, 1], (temperature - 10) / 2, rtol=1e-6)
    assert network.x.dtype == np.float32
    assert found["load"].tolist() == [123 + 5, 123 + 10]
    assert found["load, last value"].tolist() == [123, 123]
    assert [str(time) for time in found.index] == ["2024-01-02 00:00:00", "2024-01-02 01:00:00"]


@pytest.mark.parametrize("sizes", [(), (120, 40, 40)])
def test_a_window_of_the_test_split_gives_what_the_split_holds(sizes):
    rng = np.random.default_rng(0)
    values = np.cumsum(rng.standard_normal((200, 2)), 0)
    task = Series(values, ["a", "b"], ["b"], window=6, horizon=3, season=2, sizes=sizes)
    test = task.splits(rng).test
    network = Says(test.y[-1])  # of the last window, which ends three rows before the table does
    table = pd.DataFrame(values[:-3], columns=["a", "b"])
    found = task.forecast(network, hours_like(table))
    np.testing.assert_allclose(network.x[0], test.x[-1], atol=1e-6)
    np.testing.assert_allclose(found["b"], values[-3:, 1], rtol=1e-5)
    last = test._replace(x=test.x[..., [1]]).rows([-1])
    spread, before = task.seen()[""].std(0)[1], found["b, 2 rows before"]
    np.testing.assert_allclose(before, values[-4, 1] + spread * seasonal(last, 2)[0], rtol=1e-4)


def hours_like(frame):
    """A table of a frame, without times."""
    plain = replace(hours(), times=None, when=())
    return replace(
        plain, names=tuple(frame), values=frame.to_numpy(), pieces=(Piece("", 0, len(frame)),)
    )


def test_columns_may_come_in_another_order_and_further_ones_are_ignored():
    table = hours()
    turned = replace(
        table, names=("temperature", "wind", "load"),
        values=np.stack([table.values[:, 1], np.full(24, 9.0), table.values[:, 0]], 1),
    )  # fmt: skip
    networks = Says([0.5, 1.0]), Says([0.5, 1.0])
    one, other = (
        forecasting().forecast(n, t) for n, t in zip(networks, (table, turned), strict=True)
    )
    pd.testing.assert_frame_equal(one, other)
    np.testing.assert_array_equal(networks[0].x, networks[1].x)


def test_without_times_the_rows_ahead_are_numbered():
    table = replace(hours(), times=None, when=())
    found = forecasting(table).forecast(Says([0, 0]), table)
    assert (found.index.name, found.index.tolist()) == ("step", [1, 2])


@pytest.mark.parametrize(
    ("freq", "n", "ahead"),
    [
        ("15min", 24, ["2024-01-01 06:00", "2024-01-01 06:15"]),
        ("D", 24, ["2024-01-25", "2024-01-26"]),
        ("MS", 24, ["2026-01-01", "2026-02-01"]),
        ("ME", 25, ["2026-02-28", "2026-03-31"]),
        ("YS", 24, ["2048-01-01", "2049-01-01"]),
        ("B", 25, ["2024-02-05", "2024-02-06"]),  # after a Friday
    ],
)
def test_the_first_forecast_is_one_step_after_the_last_row(freq, n, ahead):
    table = hours(n, freq=freq)
    found = forecasting(table).forecast(Says([0, 0]), table)
    assert found.index.tolist() == [pd.Timestamp(time) for time in ahead]


def test_each_series_gets_its_forecast():
    table = hours(48)
    stacked = replace(
        table, times=table.times[:24].append(table.times[:24]),
        pieces=(Piece("north", 0, 24), Piece("south", 24, 48)),
    )  # fmt: skip
    found = forecasting().forecast(Says([0, 1.0]), stacked)
    assert found.index.names == ["series", "time"]
    assert found.loc["north", "load"].tolist() == [123, 133]
    assert found.loc["south", "load"].tolist() == [147, 157]


def frame(load, start="2024-01-02"):
    """The latest hours as somebody's own frame."""
    times = pd.date_range(start, periods=len(load), freq="h").astype(str)
    return pd.DataFrame({"temperature": 10.0, "date": times, "load": load, "who": "me"})


def test_a_value_in_another_unit_is_refused_unless_told():
    prepared, rows = forecasting(), frame([100, 101, 102, 103, 104_000.0])
    with pytest.raises(TaskError, match=r"'load': 104000 among .* outside of 0 to 200.*none"):
        prepared.forecast(Says([0, 0]), rows)
    found = prepared.forecast(Says([0, 0]), rows, missing="none")
    assert found["load"].tolist() == [104_000, 104_000]


@pytest.mark.parametrize("fill", ["interpolate", "split"])
def test_what_the_last_row_misses_is_not_made_up(fill):
    prepared = forecasting(reading={"fill": fill})
    with pytest.raises(TaskError, match="the last row is missing a value"):
        prepared.forecast(Says([0, 0]), frame([100, 101, 102, 103, 104, None]))


def test_what_a_row_before_misses_is_filled_in_as_in_training():
    prepared = forecasting(reading={"fill": "interpolate"})
    prepared.forecast(network := Says([0, 0]), frame([100, 101, 102, None, 104, 105]))
    np.testing.assert_allclose(network.x[0, :, 0], [-0.3, -0.2, -0.1, 0])


def test_nights_of_the_table_are_no_gap_in_its_latest_rows():
    """Rows from 8 to 17 o'clock: four of them are too few to tell that nights belong to it."""
    times = pd.date_range("2024-01-01", periods=240, freq="h")
    times = times[(times.hour >= 8) & (times.hour < 18)].as_unit("us")
    values = np.stack([np.arange(len(times)) + 100.0, np.full(len(times), 10.0)], 1)
    table = replace(hours(), values=values, times=times, pieces=(Piece("", 0, len(times)),))
    rows = table.frame().reset_index(names="date")[-12:-5]  # from one afternoon to the next noon
    found = forecasting(table).forecast(Says([0, 0]), rows)
    assert found.index.hour.tolist() == [13, 14]
    evening = table.frame().reset_index(names="date")[-20:-10]
    found = forecasting(table).forecast(Says([0, 0]), evening)
    assert found.index.hour.tolist() == [8, 9]
    assert found.index[0] - table.times[-11] == pd.Timedelta("15h")


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%y %H:%M"])
def test_dates_of_few_rows_are_read_in_the_order_that_the_whole_table_tells(form, tmp_path):
    times = pd.date_range("2023-01-01", periods=900, freq="h")
    load = np.sin(np.arange(900) / 4)
    table = pd.DataFrame({"date": times.strftime(form), "load": load})
    table.to_csv(tmp_path / "load.csv", index=False)
    task = from_csv(tmp_path / "load.csv", window=6, horizon=2)
    rows = table[750:756]  # a day on which both orders are possible
    found = task.forecast(Says([0, 0]), rows)
    assert found.index[0] == times[756]
    plain = rows.assign(date=times[750:756].astype(str))
    pd.testing.assert_frame_equal(task.forecast(Says([0, 0]), plain), found)


def test_several_series_are_told_apart_by_their_column():
    prepared = forecasting(reading={"series": "who"})
    two = pd.concat([frame([100, 101, 102, 103]), frame([110, 111, 112, 113]).assign(who="you")])
    found = prepared.forecast(Says([0, 1.0]), two.reset_index(drop=True))
    assert found["load"].tolist() == [103, 113, 113, 123]
    assert found.index.names == ["series", "time"]
    with pytest.raises(TaskError, match="3 rows of series you: the network reads the last 4"):
        prepared.forecast(Says([0, 1.0]), two[:-1].reset_index(drop=True))
    with pytest.raises(TaskError, match="unknown column 'who'"):
        prepared.forecast(Says([0, 1.0]), two.drop(columns="who")[:4])


def test_a_zone_is_read_and_the_forecast_is_in_utc():
    rows = frame([100, 101, 102, 103])
    rows["date"] = rows["date"] + "+02:00"
    found = forecasting().forecast(Says([0, 0]), rows)
    assert found.index[0] == pd.Timestamp("2024-01-02 02:00")


REFUSED = {
    "3 rows: the network reads the last 4": lambda t: rows(t, slice(3)),
    "rows are 2 hours apart; the network has learned from rows 1 hour": lambda t: rows(
        t, slice(None, None, 2)
    ),
    "24 rows, 3 of them after the last gap": lambda t: replace(
        t, pieces=(Piece("", 0, 21), Piece("", 21, 24))
    ),
    "unknown column 'load'": lambda t: replace(t, names=("power", "temperature")),
}


def rows(table, part):
    """Some rows of a table."""
    values = table.values[part]
    return replace(
        table, values=values, times=table.times[part], pieces=(Piece("", 0, len(values)),)
    )


@pytest.mark.parametrize("said", REFUSED)
def test_rows_that_do_not_fit_are_refused(said):
    with pytest.raises(TaskError, match=said) as refused:
        forecasting().forecast(Says([0, 0]), REFUSED[said](hours()))
    assert "\n" not in str(refused.value)


def test_a_network_of_another_task_is_refused():
    with pytest.raises(TaskError, match=r"answers with shape \(1, 3\), not \(1, 2\)"):
        forecasting().forecast(Says([0, 0, 0]), hours())


def test_values_unlike_those_of_training_are_noted():
    assert forecasting().strangers(hours()) == []
    (note,) = forecasting(high=(50.0, 20.0)).strangers(hours())
    assert note == (
        "4 of the last 4 values of load lie outside of what the network was trained on, 0 to 50"
    )


def test_values_are_clipped_as_in_training():
    bounds = ((0.0, 0.0), (110.0, 20.0))
    found = forecasting(bounds=bounds).forecast(Says([0, 1.0]), hours())
    assert found["load"].tolist() == [110, 120]
