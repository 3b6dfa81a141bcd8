"""Tasks out of a table: windows, columns, dates, separators."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.tables import table
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.user_data.series import Series


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 20), st.integers(1, 9), st.integers(1, 5), st.integers(0, 60), st.integers(0, 99)
)
def test_windows_and_targets_are_rows_of_their_own_split(window, horizon, stride, more, seed):
    n = 5 * (window + horizon) + more
    load = rng(seed).standard_normal(n)
    row = np.arange(n, dtype=float)  # is no target, so that every step says which row it is
    options = {"window": window, "horizon": horizon, "stride": stride}
    task = Series(np.stack([row, load], 1), ["row", "load"], ["load"], **options)
    splits = task.splits(rng())
    parts = dict(zip(splits._fields, (splits.train.batch, splits.valid, splits.test), strict=True))
    edges = {"train": (0, n * 3 // 5), "valid": (n * 3 // 5, n * 4 // 5), "test": (n * 4 // 5, n)}
    seen = slice(*edges["train"])
    for name, batch in parts.items():
        read = np.rint(batch.x[..., 0] * row[seen].std() + row[seen].mean()).astype(int)
        assert (np.diff(read) == 1).all()
        first, last = read[:, 0], read[:, -1]
        assert (np.diff(first) == stride).all()
        assert first[0] == edges[name][0]
        assert edges[name][1] - stride <= last[-1] + horizon < edges[name][1]
        change = load[last[:, None] + 1 + np.arange(horizon)] - load[last][:, None]
        assert batch.y == pytest.approx(change / load[seen].std(), abs=1e-5)
        assert batch.x[..., 1] == pytest.approx(
            (load[read] - load[last][:, None]) / load[seen].std(), abs=1e-5
        )


def test_a_csv_is_a_task_in_one_line(folder):
    task = tasks.from_csv("load.csv", targets="load", window=12, horizon=4, season=6, epochs=3)
    tasks.check_task(task)
    assert (task.name, task.columns, task.targets) == ("load", ("load", "temperature"), ("load",))
    assert (task.inputs, task.outputs, task.ahead, task.epochs) == (2, 4, 4, 3)
    splits, load = task.splits(rng()), table().load.to_numpy()
    score, y = METRICS["mse"].score, splits.test.y
    baselines = task.baselines(splits)
    assert baselines["last value"] == pytest.approx(float(np.square(y).mean()))
    last = 160 + 11 + np.arange(len(y))
    again = load[last[:, None] - 5 + np.arange(4)] - load[last][:, None]
    want = score((again / load[:120].std()).astype(np.float32), y, None)
    assert baselines["6 rows before"] == pytest.approx(want, rel=1e-5)
    assert 0 < baselines["linear"] < baselines["last value"]


def test_every_column_is_a_target_if_none_is_named_and_horizons_are_row_by_row(folder):
    task = tasks.from_csv("load.csv", window=5, horizon=3)
    y = task.splits(rng()).test.y[0].reshape(3, 2)
    rows = table()[["load", "temperature"]].to_numpy()
    assert y == pytest.approx((rows[165:168] - rows[164]) / rows[:120].std(0), abs=1e-5)


def test_dates_and_row_numbers_are_left_out_and_other_separators_understood(folder):
    frame = table()
    frame.to_csv("numbered.csv")
    frame.to_csv("tabs.tsv", sep="\t", index=False, encoding="utf-8-sig")
    frame.to_csv("semicolons.csv", sep=";", index=False)
    first, *others = (
        tasks.from_file(name, window=5, **more)
        for name, more in [
            ("load.csv", {}), ("numbered.csv", {}), ("tabs.tsv", {}),
            ("semicolons.csv", {"separator": ";"}),
        ]
    )  # fmt: skip
    for task in others:
        assert task.columns == ("load", "temperature")
        assert np.array_equal(task.rows, first.rows)


def test_what_only_might_be_a_date_is_never_left_out(folder):
    """A column that is neither read nor plainly a date is refused by name."""
    for value in ("1-2", "5/7", "M5", "1.5.2", "1.5.", "x1", "1h30", "2020-13-45"):
        (folder / "odd.csv").write_text("load;other\n" + f"{value};1\n" * 9)
        with pytest.raises(TaskError, match=f"column 'load', row 1 .line 2. is '{value}'"):
            tasks.from_csv("odd.csv", separator=";")
    (folder / "odd.csv").write_text("load,other\n" + "2020-01-01,1\n" * 3 + "x,1\n" * 2)
    with pytest.raises(TaskError, match="column 'load', row 4"):
        tasks.from_csv("odd.csv")


@pytest.mark.parametrize(
    "date",
    ["2020-01-05", "5.1.2020 13:00", "31/12/2020", "2020/1/5T07:15:00Z", "12:30", "9:15:10.5 PM",
     "2020-01-05 00:00:00+01:00", "5-Jan-2020"],
)  # fmt: skip
def test_what_is_plainly_a_date_is_left_out(date, folder):
    lines = "".join(f"{date},{i % 7}\n" for i in range(99))
    (folder / "dated.csv").write_text("when,load\n" + lines)
    task = tasks.from_csv("dated.csv", window=5, horizon=2, time="none")
    assert task.columns == ("load",)
    assert task.notes == ("column 'when' holds times and was left out",)


@pytest.mark.parametrize("options", ["decimal=comma", r"separator=semicolon,decimal=comma"])
def test_commas_as_decimals_are_read(options, folder):
    table().to_csv("european.csv", sep=";", decimal=",", index=False)
    plain, european = (
        tasks.make(f"{file}:window=5{more}")
        for file, more in [("load.csv", ""), ("european.csv", f",{options}")]
    )
    assert european.columns == ("load", "temperature")
    assert np.array_equal(european.rows, plain.rows)
    words = (folder / "european.csv").read_text().replace(";", "\t")
    (folder / "tabs.csv").write_text(words)
    tabbed = tasks.make(r"tabs.csv:separator=\t,decimal=comma,window=5")
    assert np.array_equal(tabbed.rows, plain.rows)
    # What is left after one cell that is no number is read with the same decimals.
    (folder / "tabs.csv").write_text(words + "2020-01-01\t1,5\t1.5\n")
    with pytest.raises(TaskError, match=r"column 'temperature', row 201 .* is '1.5'"):
        tasks.from_csv("tabs.csv", separator="tab", decimal=",")


@pytest.mark.parametrize(("horizon", "grown"), [(48, True), (49, False)])
def test_trees_forecast_no_further_than_they_are_worth(horizon, grown):
    rows = rng().standard_normal((300, 1))
    task = Series(rows, ["a"], ["a"], window=4, horizon=horizon)
    assert ("boosting" in task.baselines(task.splits(rng()))) == grown
