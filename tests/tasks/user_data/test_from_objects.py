"""Frames, pairs of arrays and binary tables are tasks, the same as from a CSV."""

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng
from helpers.refusals import refused
from helpers.tables import table

from gatelab import Study, tasks
from gatelab.tasks import TaskError

SHORT = {"window": 9, "horizon": 3}


@pytest.fixture
def from_file(folder):
    return tasks.make("load.csv", **SHORT)


@pytest.mark.parametrize(
    "frame",
    [
        table(),
        table().assign(date=pd.to_datetime(table()["date"])),
        table().set_index("date"),
        table().set_index(pd.DatetimeIndex(table()["date"])).drop(columns="date"),
        table().astype({"load": "Float64"}),
    ],
    ids=["words", "times", "index of words", "index of times", "nullable"],
)
def test_a_frame_is_the_task_of_its_file(frame, from_file):
    for task in (tasks.from_frame(frame, **SHORT), tasks.make(frame, **SHORT)):
        assert task.columns == from_file.columns
        assert np.array_equal(task.rows, from_file.rows)
        assert task.name == "frame"
    tasks.check_task(task)


def test_a_series_is_one_column(from_file):
    column = table().set_index("date")["load"]
    task = tasks.from_frame(column, name="mine", **SHORT)
    assert (task.columns, task.name) == (("load",), "mine")
    assert np.array_equal(task.rows, from_file.rows[:, :1])


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_binary_tables_are_the_task_of_their_csv(suffix, from_file):
    getattr(table(), f"to{suffix.replace('.', '_')}")(f"load{suffix}")
    task = tasks.make(f"load{suffix}:window=9,horizon=3")
    assert np.array_equal(task.rows, from_file.rows)
    assert task.name == "load"
    with open(f"broken{suffix}", "wb") as broken:
        broken.write(b"nothing of the kind")
    with refused(TaskError, f"broken{suffix} is no {suffix} file, or a broken one"):
        tasks.make(f"broken{suffix}")


def test_without_pyarrow_a_line_says_what_to_install(folder, monkeypatch):
    from gatelab.tasks.tables import binary

    table().to_parquet("load.parquet")

    def missing(path):
        raise ImportError("Missing optional dependency 'pyarrow'")

    monkeypatch.setitem(binary.BINARY, ".parquet", missing)
    with refused(TaskError, r"load.parquet is read with .* not installed: pip install pyarrow"):
        tasks.make("load.parquet")


def test_rows_of_a_frame_are_refused_by_number_and_the_advice_works():
    frame = table()
    turned = frame.iloc[::-1]
    with refused(TaskError, r"^frame: row 2\b.*sort=True"):
        tasks.from_frame(turned, **SHORT)
    task = tasks.from_frame(turned, sort=True, **SHORT)
    assert np.array_equal(task.rows, tasks.from_frame(frame, **SHORT).rows)
    with refused(TaskError, "from_frame takes a pandas frame or series, got list"):
        tasks.from_frame([1, 2])


def test_studies_take_frames_and_pairs_as_they_are(tmp_path):
    x, y = rng().normal(size=(30, 6)), ["a", "b", "c"] * 10
    study = Study(
        tasks=[tasks.from_frame(table(), name="load", **SHORT), (x, y)],
        variants=["gru"], out=tmp_path / "out",
    )  # fmt: skip
    assert [task.name for task in study.tasks] == ["load", "arrays"]
    alone = Study(tasks=table(400), variants=["gru"], out=tmp_path / "out")
    assert [task.name for task in alone.tasks] == ["frame"]
    pair = tasks.make((x, y), name="pair", epochs=3)
    assert (pair.name, pair.epochs, pair.labels) == ("pair", 3, ("a", "b", "c"))
    with refused(TaskError, r"a task is a name, .* a frame or a pair \(x, y\), got 3"):
        tasks.make(3)
    with refused(TaskError, r"or a pair \(x, y\), got {'x': array"):
        tasks.make({"x": x})


def test_the_encoding_of_a_text_can_be_said(folder):
    text = "".join(rng().choice([*"abcé \n"], 9000))
    (folder / "book.txt").write_bytes(text.encode("latin-1"))
    with refused(TaskError, 'encoding="latin-1"'):
        tasks.make("book.txt")
    assert "é" in tasks.make('book.txt:encoding="latin-1"').alphabet
    (folder / "wide.txt").write_bytes(text.encode("utf-16"))
    assert "é" in tasks.make("wide.txt").alphabet
