"""Options of reading a table that cannot be used are refused in a line; typed ones are read."""

import pytest
from helpers.command import command
from helpers.written_tables import LOAD, rows

from gatelab import tasks
from gatelab.tasks import TaskError

show = command("tasks")


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "load.csv").write_text(rows())
    return "load.csv:window=4,horizon=2,"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("fill=interpolat", "fill must be one of interpolate, previous, split"),
        ("duplicates=avg", "duplicates must be one of mean, first, last"),
        ("gaps=fill", "gaps must be one of"),
        ("skip=-1", "skip must be a number of lines"),
        ("skip=a", "skip must be a number of lines"),
        ("skip=99", "holds no line that names the columns"),
        ("clip=0", "clip must be a number above 0"),
        ("clip=a", "clip must be a number above 0"),
        ("sort=yes", "sort must be True or False"),
        ("thousands=x", "thousands must be"),
        ("decimal=;", "decimal must be"),
        ("encoding=utf-7b", "there is no encoding 'utf-7b'"),
        ("time=dat", "unknown column 'dat'; did you mean date"),
        ("series=lod", "unknown column 'lod'; did you mean load"),
        ("separator=2", "separator must be one character"),
        ("fil=split", "unknown option of load.csv 'fil'; did you mean fill"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_a_line(typed, complaint, load, capsys):
    with pytest.raises(TaskError, match=complaint):
        tasks.make(load + typed)
    assert show([load + typed]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("typed", ["sort=True", "sort=true", "skip=0", "fill=None", "drop=2023"])
def test_options_that_change_nothing_change_nothing(typed, load):
    task = tasks.make(load + typed)
    assert task.rows[:, 0].tolist() == [round(value, 2) for value in LOAD]
    assert task.notes == ()


def test_what_was_done_is_shown(load, tmp_path, capsys):
    (tmp_path / "load.csv").write_text(rows(lambda i: f"{LOAD[i]:.2f}%") + "Mean,100%\n")
    assert show([f"{load}drop=Mean"]) == 0
    shown = capsys.readouterr().out
    assert "notes      1 row was left out: a cell begins with 'Mean'\n" in shown
    assert "           column 'load': '%' behind its numbers was left out\n" in shown
