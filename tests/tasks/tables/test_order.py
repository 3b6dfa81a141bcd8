"""The order of rows in time: what is refused, and what the advice does."""

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.tasks import TaskError
from gatelab.tasks.tables import Piece
from gatelab.tasks.tables.order import arranged

N = 400
HOURS = pd.date_range("2023-01-01", periods=N, freq="h")
LOAD = rng(0).standard_normal((N, 2))


def arrange(times, values=None, series=None, **how):
    values = LOAD[: len(times)] if values is None else values
    lines = np.arange(len(times)) + 2
    series = None if series is None else np.asarray(series, str)
    return arranged(values, pd.DatetimeIndex(times), series, lines, "line", **how)


def refusal(*args, **how):
    with pytest.raises(TaskError) as caught:
        arrange(*args, **how)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_rows_in_order_are_left_as_they_are():
    found = arrange(HOURS, LOAD)
    assert found.pieces == (Piece("", 0, N),)
    assert found.notes == ()
    assert np.array_equal(found.values, LOAD)
    assert np.array_equal(found.rows, np.arange(N))
    assert (found.times == HOURS).all()


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (np.arange(N)[::-1], "row 2 (line 3), 2023-01-17 14:00, does not come after row 1, "
         "2023-01-17 15:00: all rows are newest first; sort=True puts rows into time order"),
        (np.r_[0, 1, 3, 2, 4:N], "row 4 (line 5), 2023-01-01 02:00, does not come after row 3, "
         "2023-01-01 03:00; sort=True puts rows into time order"),
        (np.concatenate([np.arange(k, k + 100)[::-1] for k in range(0, N, 100)]), "row 2 (line 3)"),
        (rng(1).permutation(N), "does not come after row"),
    ],
)  # fmt: skip
def test_rows_out_of_order_are_refused_and_sorting_gives_the_clean_table(index, said):
    assert said in refusal(HOURS[index], LOAD[index])
    found = arrange(HOURS[index], LOAD[index], sort=True)
    assert np.array_equal(found.values, LOAD)
    assert (found.times == HOURS).all()
    assert np.array_equal(found.rows, np.argsort(index))
    assert found.notes[0].startswith("rows were put into time order")
    assert arrange(HOURS, LOAD, sort=True).notes == ()


def test_rows_that_repeat_a_time_are_refused_and_the_advice_makes_one_of_them():
    index = np.sort(np.r_[:N, 0:N:7])
    said = refusal(HOURS[index], LOAD[index])
    assert said.startswith("row 2 (line 3), 2023-01-01, repeats the time of row 1; ")
    values = LOAD[index].copy()
    values[0] += 2  # the first row of the first time
    for way, first in (("mean", LOAD[0] + 1), ("first", LOAD[0] + 2), ("last", LOAD[0])):
        found = arrange(HOURS[index], values, duplicates=way)
        assert np.allclose(found.values, np.vstack([first, LOAD[1:]]))
        assert (found.times == HOURS).all()
        assert found.notes[0].startswith(f"{len(range(0, N, 7))} rows that repeat a time")
        assert (found.rows is None) == (way == "mean")
    # A date alone for every hour: merged, days would be left.
    daily = HOURS.normalize()
    said = refusal(daily)
    assert said.index('time="none"') < said.index('duplicates="mean"')
    assert len(arrange(daily, duplicates="mean").values) == 17


def test_clocks_that_were_set_back_are_named():
    local = pd.date_range("2023-10-20", periods=N, freq="h", tz="Europe/Berlin").tz_localize(None)
    assert 'zone="Europe/Berlin"' in refusal(local)
    spring = pd.date_range("2023-03-20", periods=N, freq="h", tz="Europe/Berlin").tz_localize(None)
    said = refusal(spring)
    assert "2023-03-26 03:00, comes 2 hours after" in said
    assert 'zone="Europe/Berlin"' in said
    assert "zone" not in refusal(HOURS.delete(5))


def test_gaps_are_refused_and_filled_split_or_kept_as_told():
    keep = np.r_[0:100, 150:N]
    said = refusal(HOURS[keep], LOAD[keep])
    assert said.startswith(
        "row 101 (line 102), 2023-01-07 06:00, comes 51 hours after row 100, where rows are 1 hour "
        'apart; gaps="interpolate"'
    )
    filled = arrange(HOURS[keep], LOAD[keep], gaps="interpolate")
    assert (filled.times == HOURS).all()
    assert np.array_equal(filled.values[keep], LOAD[keep])
    straight = LOAD[99] + np.arange(1, 51)[:, None] / 51 * (LOAD[150] - LOAD[99])
    assert np.allclose(filled.values[100:150], straight)
    assert filled.rows is None
    assert filled.notes == ("1 gap in time: 50 rows were made, linear between those around them",)
    split = arrange(HOURS[keep], LOAD[keep], gaps="split")
    assert split.pieces == (Piece("", 0, 100), Piece("", 100, 350))
    kept = arrange(HOURS[keep], LOAD[keep], gaps="keep")
    assert kept.pieces == (Piece("", 0, 350),)
    assert split.notes
    assert kept.notes
    far = HOURS[:5].append(HOURS[-5:] + pd.Timedelta("9999D"))
    assert 'gaps="split"' in refusal(far, gaps="interpolate")


BUSINESS = pd.bdate_range("2023-01-02", periods=N)
MINUTES = pd.date_range("2023-01-02", periods=12 * 24 * 25, freq="5min")
HALF_YEAR = pd.date_range("2023-01-01", periods=4000, freq="h")
MARKET = MINUTES[(MINUTES.hour >= 9) & (MINUTES.hour < 16) & (MINUTES.day_of_week < 5)]
SHOP = HALF_YEAR[(HALF_YEAR.hour >= 8) & (HALF_YEAR.hour < 18) & (HALF_YEAR.day_of_week != 6)]


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("1949-01", periods=144, freq="MS"),
        pd.date_range("1949-01", periods=144, freq="ME"),
        pd.date_range("1949-01", periods=60, freq="QS"),
        pd.date_range("1749", periods=200, freq="YS"),
        pd.date_range("2020-02-29", periods=60, freq="W"),
        BUSINESS,
        SHOP,
        MARKET,
        HOURS + pd.to_timedelta(rng(2).uniform(-900, 900, N), unit="s"),  # clocks are not exact
    ],
    ids=["months", "ends of months", "quarters", "years", "weeks", "business days", "opening hours",
         "market hours", "jitter"],
)  # fmt: skip
def test_a_rhythm_of_its_own_is_no_gap_and_a_row_that_is_missing_is_one(times):
    values = np.zeros((len(times), 1))
    assert arrange(times, values).pieces == (Piece("", 0, len(times)),)
    place = 2 * len(times) // 3
    place += int(times[place - 1].day_of_week == 4)  # not at the edge of a week
    assert f"row {place + 1} " in refusal(times.delete(place), values[1:])
    filled = arrange(times.delete(place), values[1:], gaps="interpolate")
    assert len(filled.times) == len(times)
    assert abs(filled.times[place] - times[place]) < pd.Timedelta("1h")


def test_nights_and_weekends_are_said():
    (note,) = arrange(BUSINESS).notes
    assert note.startswith(
        f"{(N - 1) // 5} times the next row comes after hours or days of the week"
    )


def test_trading_days_with_holidays_have_a_way():
    days = BUSINESS.drop([pd.Timestamp("2023-07-04"), pd.Timestamp("2023-12-25")])
    said = refusal(days)
    assert "2023-07-05, comes 2 days after" in said
    assert 'gaps="keep"' in said
    assert arrange(days, gaps="keep").pieces == (Piece("", 0, N - 2),)
    filled = arrange(days, gaps="interpolate")
    assert (filled.times == BUSINESS).all()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.4])
@pytest.mark.parametrize("n", [100, 400, 800])
def test_rows_that_are_missing_by_accident_are_no_rhythm(n, share):
    times = pd.date_range("2023-01-01", periods=n, freq="h")
    keep = np.sort(rng(5).permutation(np.arange(1, n - 1))[: int((1 - share) * n)])
    keep = np.r_[0, keep, n - 1]
    found = arrange(times[keep], np.zeros((len(keep), 1)), gaps="interpolate")
    assert len(found.times) == n


def test_a_short_table_shows_no_rhythm_that_a_gap_could_be_part_of():
    hours = HOURS[:40].delete(range(5, 9))
    assert "row 6 " in refusal(hours)


def test_several_series_are_put_after_one_another_and_each_is_in_order():
    names = np.array(["10", "9"])[np.arange(N) % 2]  # interleaved
    times = HOURS[np.arange(N) // 2]
    found = arrange(times, LOAD, names)
    assert found.pieces == (Piece("9", 0, N // 2), Piece("10", N // 2, N))  # numbers by size
    assert np.array_equal(found.values[: N // 2], LOAD[1::2])
    assert list(found.series[[0, -1]]) == ["9", "10"]
    stacked = np.r_[0:N:2, 1:N:2]
    again = arrange(times[stacked], LOAD[stacked], names[stacked])
    assert np.array_equal(again.values, found.values)
    shuffled = rng(3).permutation(N)
    assert "of 9, does not come after" in refusal(times[::-1], LOAD, names[::-1])
    mixed = arrange(times[shuffled], LOAD[shuffled], names[shuffled], sort=True)
    assert np.array_equal(mixed.values, found.values)
    assert mixed.pieces == found.pieces
    untimed = arranged(LOAD, None, names, np.arange(N), "row")
    assert np.array_equal(untimed.values, found.values)
    assert untimed.pieces == found.pieces


def test_the_first_row_of_the_file_is_named_whatever_its_series():
    names = np.array(["b", "a"])[np.arange(N) // (N // 2)]
    times = HOURS[np.arange(N) % (N // 2)]
    wrong = times.to_numpy().copy()
    wrong[[3, 4]] = wrong[[4, 3]]  # of b, which comes first in the file and last in order
    wrong[[303, 304]] = wrong[[304, 303]]
    assert refusal(wrong, LOAD, names).startswith("row 5 (line 6), 2023-01-01 03:00 of b, does not")


def test_options_that_need_times_say_so():
    for how in ({"sort": True}, {"gaps": "split"}, {"duplicates": "mean"}):
        with pytest.raises(TaskError, match=f"{next(iter(how))} needs times"):
            arranged(LOAD, None, None, np.arange(N), "row", **how)
    assert "gaps must be one of interpolate, split, keep" in refusal(HOURS, gaps="fill")
    assert "duplicates must be one of mean, first, last" in refusal(HOURS, duplicates="sum")
    assert "sort must be True or False" in refusal(HOURS, sort="yes")
    assert len(arrange(HOURS[::-1], sort="true").times) == N  # as it may be typed


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_shuffled_rows_sorted_are_the_clean_table_to_the_bit(data):
    n = data.draw(st.integers(3, 40))
    series = np.array(data.draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n)))
    steps = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))  # repeats and gaps
    times = pd.Timestamp(0) + pd.to_timedelta(np.cumsum(steps), unit="h")
    values = rng(n).standard_normal((n, 2))
    how = {
        "sort": True,
        "duplicates": "mean",
        "gaps": data.draw(st.sampled_from(["split", "keep"])),
    }
    clean = arrange(times, values, series, **how)
    order = data.draw(st.permutations(range(n)))
    other = arrange(times[order], values[order], series[order], **how)
    assert other.values.tobytes() == clean.values.tobytes()
    assert (other.times == clean.times).all()
    assert other.pieces == clean.pieces
    for piece in clean.pieces:
        assert {*clean.series[piece.start : piece.stop]} == {piece.series}
        assert (np.diff(clean.times[piece.start : piece.stop].asi8) > 0).all()
