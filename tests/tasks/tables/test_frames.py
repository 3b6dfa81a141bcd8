"""Tables that are pandas frames already."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng

from gatelab.tasks import TaskError
from gatelab.tasks.tables import Reading, read

N = 50
LOAD = rng().standard_normal(N)


def frame(**more):
    when = pd.date_range("2023-01-01", periods=N, freq="h")
    return pd.DataFrame({"load": LOAD, **more}, index=when)


@pytest.mark.parametrize(
    "given",
    [
        frame(),
        frame().load,
        frame().rename_axis("when"),
        frame().reset_index(),
        frame().reset_index().astype({"load": object}),
        frame().reset_index().astype(str),
        frame().to_period("h"),
        frame()[::-1],
    ],
)
def test_an_index_or_a_column_of_times_is_one_of_both(given):
    table = read(given, Reading(sort=True))
    assert table.names == ("load",)
    assert np.array_equal(table.values[:, 0], LOAD)
    assert (table.times == frame().index).all()


@pytest.mark.parametrize(
    "column",
    [
        pd.array(range(N), dtype="Int64"), [Decimal(n) for n in range(N)], np.arange(N, dtype="u1"),
        [f"{n},0" for n in range(N)], [f"{n} kW" for n in range(N)], pd.Categorical(range(N)),
    ],
)  # fmt: skip
def test_numbers_of_any_type_are_numbers(column):
    assert read(frame(n=column)).values[:, 1].tolist() == list(range(N))


def test_a_frame_of_numbers_alone_has_no_times_and_its_row_numbers_are_no_column():
    table = read(pd.DataFrame({"a": LOAD, 3: LOAD})[10:])
    assert (table.names, table.times) == (("a", "3"), None)


def test_levels_of_an_index_are_columns():
    several = pd.concat({"A": frame(), "B": frame()}, names=["sensor", "when"])
    with pytest.raises(TaskError, match=r"column 'sensor', row 1 is 'A', .*series=\"sensor\""):
        read(several)
    assert [piece.series for piece in read(several, Reading(series="sensor")).pieces] == ["A", "B"]


def holed(value):
    given = frame()
    given.iloc[7, 0] = value
    return given


@pytest.mark.parametrize(
    ("given", "complaint", "advice"),
    [
        (holed(np.nan), "row 8 is missing", {"fill": "interpolate"}),
        (holed(np.inf), 'row 8 is .inf., .*missing="inf"', {"missing": "inf", "fill": "previous"}),
        (holed(np.inf), 'row 8 is .inf., .*drop="inf"', {"drop": "inf", "gaps": "split"}),
        (holed(-999), 'row 8 is -999, .*missing="-999"', {"missing": -999, "fill": "split"}),
        (holed(1e9), "row 8 is 1000000000, .*clip=10", {"clip": 10}),
        (frame(kind=["a", "b"] * (N // 2)), 'row 1 is .a., .*columns="load"', {"columns": "load"}),
        (frame(none=pd.NA), 'column .none. holds no value; columns="load"', {"columns": "load"}),
    ],
)
def test_advice_works(given, complaint, advice):
    with pytest.raises(TaskError, match=complaint):
        read(given)
    assert np.isfinite(read(given, Reading(**advice)).values).all()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (frame()[:0], "holds no rows"),
        (pd.concat([frame(), frame()], axis=1), "two columns are called 'load'"),
        (frame(z=1j), "column 'z' holds complex numbers"),
        (frame()[[]], "holds no column of numbers"),
    ],
)
def test_what_is_no_table_is_refused(given, complaint):
    with pytest.raises(TaskError, match=complaint):
        read(given)
