"""Times in the forms in which people write them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from helpers.cells import cells, column
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.tasks import TaskError
from gatelab.tasks.tables import Cells
from gatelab.tasks.tables.columns import left_out, time_columns
from gatelab.tasks.tables.stamps import stamps

HOURS = pd.date_range("2023-01-01", periods=800, freq="h")
DAYS = pd.date_range("2023-01-01", periods=400)
MONTHS = pd.date_range("1999-11-01", periods=60, freq="MS")


def read(found: Cells, asked=None, **how):
    return stamps(found, time_columns(found, asked), **how)


def worded(times, form, months):
    names = months.split()
    return [form.format(names[time.month - 1], time.year) for time in times]


def without_zeros(form):
    return lambda times: times.strftime(form).str.replace(r"(?<![:\d])0(?=\d)", "", regex=True)


@pytest.mark.parametrize(
    ("times", "write"),
    [
        *((HOURS, form) for form in (
            "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M",
            "%Y-%m-%d %H:%M:%S.000", "%Y%m%d %H%M", "%Y%m%dT%H%M%SZ", "%d/%m/%Y %H:%M",
            "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d %m %Y %H:%M",
            "%m/%d/%y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
            "%d-%b-%Y %H:%M", "%b %d, %Y %I:%M %p", "%d %B %Y %H:%M", "%A, %B %d, %Y %H:%M",
            "%d/%b/%Y:%H:%M:%S +0000", "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S+00:00",
            "%Y-%m-%d_%H:%M", "%d.%m.%Y %H.%M.%S", "%Y-%m-%d %H", "%Y-%m-%d %I %p",
        )),
        *((DAYS, form) for form in (
            "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y",
            "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%y-%m-%d", "%d-%b-%y", "%d-%b-%Y", "%b %d, %Y",
            "%B %d, %Y", "%d %B %Y", "%d%b%Y", "%Y-%b-%d", "%a %d %b %Y",
        )),
        *((MONTHS, form) for form in (
            "%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y", "%Y %b", "%YM%m", "%Y-%m-01",
        )),
        (HOURS, lambda times: times.strftime("%d/%m/%Y %I:%M ")
         + np.where(times.hour < 12, "a. m.", "p. m.")),
        (MONTHS, lambda times: worded(times, "{} {}", "Januar Februar März April Mai Juni Juli "
                                      "August September Oktober November Dezember")),
        (MONTHS, lambda times: worded(times, "1 {} {}", "janv. févr. mars avr. mai juin juil. août "
                                      "sept. oct. nov. déc.")),
        (MONTHS, lambda times: worded(times, "1 de {} de {}", "enero febrero marzo abril mayo "
                                      "junio julio agosto septiembre octubre noviembre diciembre")),
        (DAYS, "%Y-%d-%m"),
        (HOURS, without_zeros("%m/%d/%Y %H:%M")),
        (DAYS, without_zeros("%d.%m.%Y")),
        (DAYS, lambda times: times.strftime("%B %d, %Y").str.replace("01,", "1st,")),
    ],
)  # fmt: skip
def test_times_are_read_as_they_are_written(times, write):
    text = times.strftime(write) if isinstance(write, str) else write(times)
    assert (read(column("when", text)) == times).all()


def test_times_are_read_whatever_the_order_of_rows():
    shuffled = np.random.default_rng(0).permutation(400)
    for form in ("%d/%m/%Y", "%m/%d/%Y", "%m/%d/%y"):
        assert (read(column("x", DAYS[shuffled].strftime(form))) == DAYS[shuffled]).all()


@pytest.mark.parametrize(
    ("name", "values", "times"),
    [
        ("timestamp", HOURS.as_unit("s").asi8, HOURS),
        ("open_time", HOURS.as_unit("ms").asi8, HOURS),
        ("Unix Time", HOURS.as_unit("us").asi8, HOURS),
        ("ts", HOURS.as_unit("ns").asi8, HOURS),
        ("time", HOURS.as_unit("s").asi8 + 0.5, HOURS + pd.Timedelta("500ms")),
        ("date", DAYS.strftime("%Y%m%d"), DAYS),
        ("period", MONTHS.strftime("%Y%m"), MONTHS),
        ("date", HOURS.strftime("%Y%m%d%H"), HOURS),
        ("datetime", HOURS.strftime("%Y%m%d%H%M"), HOURS),
        ("Year", range(1700, 1900), pd.date_range("1700", periods=200, freq="YS")),
        ("YEAR", np.arange(1700.0, 1900), pd.date_range("1700", periods=200, freq="YS")),
        ("time (s)", np.arange(80) / 4, pd.date_range("1970", periods=80, freq="250ms")),
        ("date", [f"{y}Q{q}" for y in (2001, 2002) for q in (1, 2, 3, 4)],
         pd.date_range("2001", periods=8, freq="QS")),
        ("date", [f"Q{q} {y}" for y in (2001, 2002) for q in (1, 2, 3, 4)],
         pd.date_range("2001", periods=8, freq="QS")),
        ("week", [f"2023-W{w:02d}" for w in range(1, 50)],
         pd.date_range("2023-01-02", periods=49, freq="7D")),
        ("time", [f"{i // 4}:{i % 4 * 15:02d}" for i in range(96)],
         pd.date_range("1970", periods=96, freq="15min")),
        ("MTU (CET)", [f"{t:%d.%m.%Y %H:%M} - {t + pd.Timedelta('1h'):%d.%m.%Y %H:%M}"
                       for t in HOURS], HOURS),
        # A spreadsheet leaves midnight away.
        ("t", HOURS.strftime("%d.%m.%Y %H:%M").str.replace(" 00:00", ""), HOURS),
        ("t", HOURS.strftime("%Y-%m-%d %H:%M:%S").str.replace(" 00:00:00", ""), HOURS),
    ],
)  # fmt: skip
def test_times_in_other_forms(name, values, times):
    assert (read(column(name, values)) == times).all()


@settings(max_examples=30, deadline=None)
@given(
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2199, 1, 1)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p"]),
)
def test_any_time_is_read_back(start, form):
    times = pd.date_range(start.replace(microsecond=0), periods=40, freq="11h")
    assert (read(column("x", times.strftime(form))) == times).all()


@pytest.mark.parametrize(
    ("text", "columns", "first", "last"),
    [
        ("Date,Time,v\n01/02/2023,00.30.00,1\n13/02/2023,18.45.00,2\n", ("Date", "Time"),
         "2023-02-01 00:30", "2023-02-13 18:45"),
        ("Date,Time,v\n01/02/2023,00:30:00,1\n13/02/2023,18:45:00,2\n", ("Date", "Time"),
         "2023-02-01 00:30", "2023-02-13 18:45"),
        ("day,clock,v\n2023-02-01,12:30 AM,1\n2023-02-13,6:45 PM,2\n", ("day", "clock"),
         "2023-02-01 00:30", "2023-02-13 18:45"),
        ("No,year,month,day,hour,v\n1,2023,2,1,0,7\n2,2023,2,1,23,8\n",
         ("year", "month", "day", "hour"), "2023-02-01", "2023-02-01 23:00"),
        ("date,time,v\n20230201,00:30,1\n20230213,18:45,2\n", ("date", "time"),
         "2023-02-01 00:30", "2023-02-13 18:45"),
        ("Year,Month,v\n2023,Jan,1\n2023,Feb,2\n", ("Year", "Month"), "2023-01-01", "2023-02-01"),
        ("Year,Week,v\n2023,1,1\n2023,2,2\n", ("Year", "Week"), "2023-01-02", "2023-01-09"),
        ("Year,Quarter,v\n2023,Q1,1\n2023,Q2,2\n", ("Year", "Quarter"),
         "2023-01-01", "2023-04-01"),
        ("dteday,hr,v\n2023-02-01,0,1\n2023-02-01,23,2\n", ("dteday", "hr"),
         "2023-02-01", "2023-02-01 23:00"),
        ("date,hour,v\n2023-02-01,1,1\n2023-02-01,24,2\n", ("date", "hour"),
         "2023-02-01 01:00", "2023-02-02"),
        # An hour beside dates that differ is a number like any other.
        ("date,hour,v\n2023-02-01,1,1\n2023-02-02,24,2\n", ("date",), "2023-02-01", "2023-02-02"),
    ],
)  # fmt: skip
def test_times_in_several_columns(text, columns, first, last):
    table = cells(text)
    assert time_columns(table) == columns
    assert list(stamps(table, columns)[[0, -1]]) == [pd.Timestamp(first), pd.Timestamp(last)]


def test_columns_may_be_named_and_none_of_them_means_none():
    table = cells("a,b,c\n2023-01-02,2020-01-01,5\n2023-01-03,2020-01-02,7\n")
    assert time_columns(table) == ("a",)
    assert time_columns(table, "b") == ("b",)
    assert time_columns(table, "none") == ()
    assert left_out(table) == ("a", "b")
    assert (read(table, "c") == pd.to_datetime([5, 7], unit="s")).all()
    with pytest.raises(TaskError, match="unknown column 'd'"):
        time_columns(table, "d")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("load", [1672531200 + i for i in range(9)]),  # its name says nothing of time
        ("time", [3.2, 1.1, 9.7, 4.4, 0.3, 2.2, 8.1, 7.7, 5.0]),  # of races
        ("population", [20230101 + i for i in range(9)]),
        ("x", ["1.5", "12.30", "2023.01"] * 3),
        ("x", ["1-2", "5/7", "10 A", "12h", "M5", "1.5.2", "1,5"] * 3),
        ("weekday", ["Monday", "Tuesday", "Wednesday"] * 3),
        ("date", ["12.5"] * 9),
    ],
)
def test_what_is_no_time_is_not_taken_for_one(name, values):
    assert time_columns(column(name, values)) == ()


def test_zones_are_read_and_clocks_set_back_told_apart():
    hours = pd.date_range("2023-10-28", periods=72, freq="h", tz="Europe/Berlin")
    utc = hours.tz_convert("UTC").tz_localize(None)
    assert (read(column("t", hours.map(lambda t: t.isoformat()))) == utc).all()
    assert (read(column("t", hours.strftime("%Y-%m-%d %H:%M %Z"))) == utc).all()
    bracketed = hours.map(lambda t: f"{t.isoformat()}[Europe/Berlin]")
    assert (read(column("t", bracketed)) == utc).all()
    local = column("t", hours.strftime("%Y-%m-%d %H:%M"))
    assert (read(local, zone="Europe/Berlin") == utc).all()
    with pytest.raises(TaskError, match=r"zone='Europe/Brelin' does not read the times: .*Brelin"):
        read(local, zone="Europe/Brelin")
    skipped = column("t", pd.date_range("2023-03-26", periods=9, freq="h"))
    with pytest.raises(TaskError, match=r"zone='Europe/Berlin' does not read .*2023-03-26 02:00"):
        read(skipped, zone="Europe/Berlin")


def test_frames_of_pandas_hold_times_already():
    lines = np.arange(1, len(HOURS) + 1)
    for times in (HOURS, HOURS.tz_localize("UTC"), HOURS.to_period("h")):
        table = Cells(pd.DataFrame({"v": 1.5, "t": times}), lines, "row")
        assert (read(table) == HOURS).all()
    days = pd.DataFrame({"t": [day.date() for day in DAYS]})
    assert (read(Cells(days, lines[:400], "row")) == DAYS).all()


AMBIGUOUS = ["01/02/2023", "01/03/2023", "01/04/2023", "01/05/2023"]


def test_dates_with_two_readings_are_refused_and_the_advice_reads_them():
    table = column("when", AMBIGUOUS)
    with pytest.raises(TaskError) as caught:
        read(table)
    said = str(caught.value)
    assert said == (
        "column 'when': '01/02/2023' may be 1 February 2023 or 2 January 2023; say "
        'dates="day first" or dates="month first"'
    )
    assert (read(table, dates="day first") == pd.date_range("2023-02", periods=4, freq="MS")).all()
    assert (read(table, dates="month first") == pd.date_range("2023-01-02", periods=4)).all()
    assert (read(table, dates="dayfirst") == read(table, dates="%d/%m/%Y")).all()
    dotted = column("when", [text.replace("/", ".") for text in AMBIGUOUS])
    assert read(dotted)[0] == pd.Timestamp("2023-02-01")  # no country writes months before dots
    with pytest.raises(TaskError, match=r"dates must be 'day first', .* got 'dmy'"):
        read(table, dates="dmy")
    for dates in ("%Y", "year first"):  # the year stands last
        with pytest.raises(TaskError, match=f"which dates='{dates}' does not read"):
            read(table, dates=dates)


def test_days_of_a_spreadsheet_are_read():
    days = 44927 + np.arange(48) / 24
    assert (read(column("Date", days)) == HOURS[:48]).all()
    assert (read(column("x", days), "x", dates="spreadsheet") == HOURS[:48]).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,v\n2023-01-01,1\n2023-01-02,2\nTotal,3\n",
         "column 'date', row 3 (line 4) is 'Total', no time like '2023-01-01'; drop=\"Total\""),
        ("date,v\n2023-01-01,1\n2023-02-30,2\n2023-01-02,3\n",
         "column 'date', row 2 (line 3) is '2023-02-30', no time like"),
        ("date,v\n2023-01-01,1\n,2\n2023-01-02,3\n",
         "column 'date', row 2 (line 3) is missing: nothing says when that row was; time=\"none\""),
        ("date,v\n2023-13-45,1\n2023-13-46,2\n",
         "column 'date', row 1 (line 2) is '2023-13-45', no date that is known; dates="),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_time_is_refused_at_its_row(text, said):
    table = cells(text)
    with pytest.raises(TaskError) as caught:
        read(table)
    assert said in str(caught.value)


def test_names_of_weekdays_do_not_say_when():
    table = column("day", ["Monday", "Tuesday"] * 5)
    with pytest.raises(TaskError, match=r"row 1 .line 2. is 'Monday', a day of any week; time="):
        read(table, "day")


def test_an_order_in_which_no_date_can_be_read_is_refused():
    with pytest.raises(TaskError, match="01/02/2023"):
        read(column("x", ["01/02/2023", "01/03/2023", "01/04/2023"]), "x", dates="year first")
