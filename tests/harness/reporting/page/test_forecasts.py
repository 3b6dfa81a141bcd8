"""Forecasts on the page: in the table's units, from what the study's folder keeps."""

import numpy as np
import pytest
from helpers.made_up import make_forecasts, make_ledger

from gatelab.reporting import forecasts
from gatelab.reporting.page.forecasts import runs, section
from gatelab.reporting.page.spans import moments, span
from gatelab.reporting.page.view import View
from gatelab.tasks.tables.saying import with_unit

HOUR = 3600 * 10**6
NAMES = ("standard", "gru")


def shown(folder, **more):
    """{name of a figure: Figure} of the section, and its notes."""
    make_forecasts(folder, "load", NAMES, **more)
    found = section(View(make_ledger(folder, ("load",), NAMES, draws=4)))
    return {figure.name: figure for figure in found.figures}, found.notes


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return shown(tmp_path_factory.mktemp("study"))[0]


def test_captions_say_how_far_forecasts_are_off_in_units(made):
    assert made["forecast-load"].caption == (
        "The last 10 forecasts on the test split, of 6 hours each, joined, from 2024-01-06 20:00 "
        "to 2024-01-09 07:00: standard is off by 3 MW on average, the last value by 3.5 and the "
        "value of 12 rows before by 12. Each vertical line is where a forecast begins."
    )
    assert made["ahead-load"].caption == (
        "6 hours ahead standard is off by 3 MW on average, over 55 forecasts; the last value by 6, "
        "the value of 12 rows before by 12, the mean by 2.5. Better there than standard: the mean."
    )


def test_the_table_holds_what_happened_in_the_rows_of_the_user_s_table(made):
    table = made["forecast-load"].table
    assert table.heads == ["time", "actual", "standard", "last value", "12 rows before"]
    assert table.rows[-1] == ["2024-01-09 07:00", "299", "302", "293", "287"]


def test_errors_stand_beside_those_of_the_baselines(made):
    table = made["ahead-load"].table
    assert table.heads[:4] == ["forecast by", "mae (MW)", "rmse (MW)", "mae 1 hour ahead"]
    rows = {row[0]: row[1:] for row in table.rows}
    assert [*rows] == ["standard", "gru", "last value", "the mean", "12 rows before"]
    assert rows["gru"] == ["1.5"] * 6
    # The mean, the root of the mean square, and at steps 1, 2, 4 and 6.
    assert rows["last value"] == ["3.5", "3.89", "1", "2", "4", "6"]


def test_a_folder_from_before_has_no_section(tmp_path):
    assert section(View(make_ledger(tmp_path, ("load",), draws=4))) is None


def test_damaged_files_are_as_none(tmp_path):
    make_forecasts(tmp_path, "load")
    ledger = make_ledger(tmp_path, ("load",), NAMES, draws=4)
    forecasts.cell_file(tmp_path, "load", "gru").write_bytes(b"")
    assert [*forecasts.read(tmp_path, "load", NAMES).cells] == ["standard"]
    forecasts.cell_file(tmp_path, "load", "standard").unlink()
    assert section(View(ledger)).notes == ["No forecasts of cells on load: no network is kept."]
    forecasts.task_file(tmp_path, "load").write_bytes(b"PK, and then nothing")
    assert section(View(ledger)) is None


def test_of_many_targets_three_are_drawn(tmp_path):
    found, notes = shown(tmp_path, targets=tuple(f"site {k}" for k in range(5)))
    assert len({figure.title for figure in found.values()}) == len(found) == 6
    assert notes == ["load forecasts 2 further columns, not drawn here."]


def test_rows_without_times_are_numbered_and_one_step_ahead_is_enough(tmp_path):
    found, _ = shown(tmp_path, times=None, step=0, horizon=1, units={})
    assert found["forecast-load"].caption.startswith(
        "The last 60 forecasts on the test split, of 1 row each, joined: standard is off by 3 on"
    )
    assert found["forecast-load"].table.rows[-1][:2] == ["200", "299"]
    assert found["ahead-load"].caption.startswith("1 row ahead standard is off by 3 on average")


def test_forecasts_of_one_series_are_shown_and_it_is_named(tmp_path):
    found, _ = shown(tmp_path, series=np.array(["A"] * 40 + ["B"] * 15))
    assert "The last 3 forecasts of series B on" in found["forecast-load"].caption


@pytest.mark.parametrize(
    ("rows", "step", "said"),
    [
        (24, HOUR, "24 hours"), (1, HOUR, "1 hour"), (5, HOUR // 2, "150 minutes"),
        (48, HOUR // 2, "1 day"), (7, 24 * HOUR, "7 days"), (3, 0, "3 rows"), (1, 0, "1 row"),
    ],
)  # fmt: skip
def test_spans_are_said_in_times_where_rows_are_evenly_apart(rows, step, said):
    assert span(rows, step) == said


def test_times_have_no_parts_that_are_always_zero():
    days = np.array(["2024-01-31", "2024-02-01"], "datetime64[us]")
    assert moments(days) == ["2024-01-31", "2024-02-01"]
    assert moments(days + np.timedelta64(13, "h")) == ["2024-01-31 13:00", "2024-02-01 13:00"]
    assert moments(days + np.timedelta64(7, "s"))[0] == "2024-01-31 00:00:07"


def test_a_unit_is_said_once():
    assert with_unit("load", "MW") == "load (MW)"
    assert with_unit("load (MW)", "MW") == "load (MW)"
    assert with_unit("load", "") == "load"


def test_lines_break_where_rows_are_missing(tmp_path):
    times = np.datetime64("2024-01-01", "us") + np.timedelta64(1, "h") * np.arange(200)
    times[188:] += np.timedelta64(9, "h")
    make_forecasts(tmp_path, "load", times=times)
    parts = runs(forecasts.read(tmp_path, "load", NAMES))
    assert [part.tolist() for part in parts] == [[*range(8)], [8, 9]]
