"""A task in a file of one's own: checked, shown, trained on, refused in one line."""

import re
from pathlib import Path

import pytest
from helpers.command import command
from helpers.processes import ROOT, python

from gatelab.gallery import task_pages as pages
from gatelab.tasks.framework.registry import TASKS

main, check = command("tasks"), command("check-task")


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The task of docs/own-task.md, as a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "own-task.md").read_text("utf-8")
    source = re.search(r"```python\n(# my_task\.py\n.*?)```", page, re.S)[1]
    (tmp_path / "my_task.py").write_text(source)
    return tmp_path / "my_task.py"


def test_the_docs_task_is_checked(mine, capsys):
    assert check(["my_task.py", "parity"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    first, second = said.out.strip().split("\n\n")
    assert first.startswith("my_task: holds\n    classification, inputs 1, outputs 2, metric acc")
    assert first.count("\n") == second.count("\n") == 6
    score = re.search(r"baselines: (\S+) the last number alone", first)[1]
    assert float(score) == pytest.approx(0.75, abs=0.06)  # of 500; P(guess is right) = 3/4


def test_the_docs_task_is_shown_and_drawn_but_no_page_of_ours(mine, capsys):
    assert main(["my_task:length=5", "--import", "my_task.py", "--figure", "a.png"]) == 0
    assert Path("a.png").stat().st_size > 1000
    assert main(["my_task"]) == 0
    assert "the last number alone" in capsys.readouterr().out
    assert "my_task" not in pages.own()


@pytest.mark.parametrize(
    ("old", "new", "status", "complaint"),
    [
        (
            "self.length, 1)",
            "self.lenght, 1)",
            1,
            r"task my_task: my_task.py:\d+: AttributeError: 'M",
        ),
        ("np.int64", "np.int32", 1, "task my_task: train.y is int32, should be int64"),
        (
            '"my_task"',
            '"parity"',
            2,
            r"my_task.py:\d+: the name 'parity' is taken by gatelab.tasks.parity",
        ),
        ('@register("my_task")', "", 2, "my_task.py registers no task; write @register"),
        ("import numpy", "import nonpy", 2, "my_task.py:2: ModuleNotFoundError: No module"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(mine, old, new, status, complaint, capsys):
    mine.write_text(mine.read_text().replace(old, new))
    assert check(["my_task.py"]) == status
    said = capsys.readouterr()
    assert re.match(f"error: {complaint}", said.err)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_data_that_is_not_here_fails_only_what_was_asked_for(monkeypatch, capsys, lost):
    monkeypatch.setattr(TASKS, "names", lambda: ["lost", "parity"])
    assert check([]) == 0
    said = capsys.readouterr()
    assert said.err == "lost: not checked, its data is not here\n"
    assert said.out.startswith("parity: holds\n")
    assert check(["parity", "lost"]) == 1
    assert capsys.readouterr().err == "error: task lost: data not here: put it there\n"
    assert check(["parrity"]) == 2
    assert capsys.readouterr().err.startswith("error: unknown task 'parrity'; did you mean parity?")


@pytest.mark.parametrize("module", ["tasks", "cells"])
def test_the_package_s_own_names_come_first(mine, module):
    """In a new process, in which no task was looked for before the file is read."""
    mine.write_text(mine.read_text().replace('"my_task"', '"adding"'))
    ended = python("-m", "gatelab", module, "--import", "my_task.py")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith(
        "the name 'adding' is taken by gatelab.tasks.adding.Adding; choose another\n"
    )
    assert ended.stderr.count("\n") == 1
