"""Tables whose times are out of order, repeat or are missing: the advice works when it is taken."""

import ast
import re

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import TaskError

N = 400
HOURS = pd.date_range("2023-01-01", periods=N, freq="h")
LOAD = np.round(100 + 20 * np.sin(np.arange(N) / 4) + rng(0).standard_normal(N), 3)
TEMP = np.round(10 + rng(1).standard_normal(N).cumsum(), 3)
ADVICE = re.compile(r'\b(\w+)=("[^"]*"|True|\["[^\]]*\])')
SMALL = {"window": 4, "horizon": 2}


def write(index=slice(None), dates=None, **more):
    """A table of hours, with some of its rows, or in another order."""
    when = HOURS.strftime("%Y-%m-%d %H:%M:%S") if dates is None else dates
    frame = pd.DataFrame({"date": when} | more | {"load": LOAD, "temp": TEMP})
    frame.iloc[index].to_csv("table.csv", index=False)


def follow(**options):
    """(task, the options taken): where the table is refused, the first advice is taken."""
    taken = {}
    for _ in range(5):
        try:
            return tasks.from_csv("table.csv", **SMALL, **options, **taken), taken
        except TaskError as error:
            said = str(error)
            assert "\n" not in said
            advice = [pair for pair in ADVICE.findall(said) if pair[0] not in taken]
            assert advice, said
            name, value = advice[0]
            # What is typed means what it means in Python.
            typed = value.replace('"', "")
            if not value.startswith("["):
                words = ",".join(f"{k}={v}" for k, v in {**options, **taken, name: typed}.items())
                assert is_known(words)
            taken[name] = ast.literal_eval(value)
    raise AssertionError(taken)


def is_known(words):
    """Whether the command line knows the option, whatever else is wrong with the table."""
    try:
        tasks.make(f"table.csv:window=4,horizon=2,{words}")
    except TaskError as error:
        return not re.search("unknown option|cannot read|must be", str(error))
    return True


def same(one, other):
    mine, theirs = (task.splits(rng()) for task in (one, other))
    for a, b in ((mine.train.batch, theirs.train.batch), (mine.valid, theirs.valid),
                 (mine.test, theirs.test)):  # fmt: skip
        assert a.x.tobytes() == b.x.tobytes()
        assert a.y.tobytes() == b.y.tobytes()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clean():
    write()
    task = tasks.from_csv("table.csv", **SMALL)
    assert task.columns == ("load", "temp")
    assert task.notes == ()
    return task


BLOCKS = np.concatenate([np.arange(k, k + 100)[::-1] for k in range(0, N, 100)])


@pytest.mark.parametrize(
    "index",
    [np.arange(N)[::-1], rng(2).permutation(N), BLOCKS, np.r_[200:N, 0:200]],
    ids=["newest first", "shuffled", "blocks", "halves changed"],
)
def test_rows_out_of_order_give_the_study_of_the_clean_table(index, clean):
    write(index)
    task, taken = follow()
    assert taken == {"sort": True}
    assert task.notes[0].startswith("rows were put into time order")
    same(task, clean)


@pytest.mark.parametrize(
    ("index", "want"),
    [
        (np.sort(np.r_[:N, 0:N:7]), {"duplicates": "mean"}),
        (rng(3).permutation(np.r_[:N, 0:N:7]), {"sort": True, "duplicates": "mean"}),
    ],
)
def test_rows_twice_are_one(index, want, clean):
    write(index)
    task, taken = follow()
    assert taken == want
    same(task, clean)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata"]
)
def test_clocks_that_change_are_read_with_their_offset_or_their_zone(zone, clean):
    for start in ("2023-03-20", "2023-09-20", "2023-10-20"):
        hours = pd.date_range(start, periods=N, freq="h", tz=zone)
        write(dates=[hour.isoformat() for hour in hours])
        same(tasks.from_csv("table.csv", **SMALL), clean)
        write(dates=hours.strftime("%Y-%m-%d %H:%M"))
        same(tasks.from_csv("table.csv", zone=zone, **SMALL), clean)


def test_a_clock_set_back_is_refused_with_the_zone_that_reads_it(clean):
    hours = pd.date_range("2023-10-20", periods=N, freq="h", tz="Europe/Berlin")
    write(dates=hours.strftime("%d.%m.%Y %H:%M"))
    task, taken = follow()
    assert taken == {"zone": "Europe/Berlin"}
    same(task, clean)


def test_gaps_are_filled(clean):
    keep = np.ones(N, bool)
    keep[150:200] = keep[::13] = False
    write(np.flatnonzero(keep))
    task, taken = follow()
    assert taken == {"gaps": "interpolate"}
    assert len(task.rows) == N - 1  # the first row is none between two
    assert np.array_equal(task.rows[:N][keep[1:]], clean.rows[keep])
    split = tasks.from_csv("table.csv", gaps="split", **SMALL)
    assert np.array_equal(split.rows, clean.rows[keep])
    assert len(split.pieces) == 1 + len(range(13, N, 13)) - len(range(156, 200, 13)) + 1


TWO = np.arange(N) % 2


@pytest.mark.parametrize("names", [np.array(["AAA", "BBB"])[TWO], TWO + 1, TWO > 0])
@pytest.mark.parametrize(
    "index", [np.arange(N), np.argsort(TWO, kind="stable"), rng(4).permutation(N)]
)
def test_several_series_are_found_and_none_forecasts_another(names, index, clean):
    dates = HOURS[np.arange(N) // 2].strftime("%Y-%m-%d %H:%M:%S")
    write(index, dates, station=names)
    task, taken = follow()
    assert taken.pop("series") == "station"
    assert taken in ({}, {"sort": True})
    assert task.columns == ("load", "temp")
    assert [piece.stop - piece.start for piece in task.pieces] == [N // 2, N // 2]
    assert np.array_equal(task.rows, np.concatenate([clean.rows[::2], clean.rows[1::2]]))
    x = task.splits(rng()).test.x  # windows of each series alone
    assert len(x) == 2 * (N // 2 - N // 2 * 4 // 5 - 5)


def test_two_columns_may_say_which_series_a_row_is_of():
    when = HOURS[np.arange(N) // 4].strftime("%Y-%m-%d %H:%M")
    region, kind = (
        np.array(["north", "south"])[TWO],
        np.array(["old", "new"])[np.arange(N) // 2 % 2],
    )
    write(dates=when, region=region, kind=kind)
    task, taken = follow()
    assert taken == {"series": ["region", "kind"]}
    assert [piece.series for piece in task.pieces] == [
        "north new", "north old", "south new", "south old"
    ]  # fmt: skip


def test_days_for_hours_are_refused_and_rows_may_be_taken_in_order(clean):
    write(dates=HOURS.strftime("%m/%d/%y"))
    task, taken = follow()
    assert taken == {"time": "none"}
    same(task, clean)
    write(dates=HOURS[np.arange(N) // 2].strftime("%Y-%m-%d"), id=TWO)
    task, taken = follow()
    assert taken == {"series": "id", "time": "none"}
    assert len(task.pieces) == 2


def test_trading_days_with_holidays_are_read_as_told():
    days = pd.bdate_range("2020-01-01", periods=N + 2).delete([100, 300])
    write(dates=days.strftime("%b %d, %Y"))
    task = tasks.from_csv("table.csv", gaps="keep", **SMALL)
    assert len(task.rows) == N
    assert task.notes[1:] == ("2 gaps in time: the row after a gap is taken as the next step",)


def test_ambiguous_dates_are_refused_and_either_reading_works():
    write(dates=[f"01/02/{1600 + i}" for i in range(N)])
    with pytest.raises(TaskError, match="may be 1 February 1600 or 2 January 1600"):
        tasks.from_csv("table.csv", **SMALL)
    task, taken = follow()
    assert taken == {"dates": "day first"}
    assert str(task.table.times[1]) == "1601-02-01 00:00:00"
    write(dates=[f"01/{1 + i % 12:02d}/{1950 + i // 12}" for i in range(N)])
    task = tasks.from_csv("table.csv", **SMALL)  # months, and no twelve days of each January
    assert str(task.table.times[1]) == "1950-02-01 00:00:00"


def test_a_sentence_below_the_table_is_left_out_as_advised(clean):
    write()
    with open("table.csv", "a") as file:
        file.write("Total,80000.0,9000.0\n")
    task, taken = follow()
    assert taken == {"drop": "Total"}
    same(task, clean)
