"""Progress of a study: the line of a minute, the table, the log file."""

import re
from types import SimpleNamespace

import pytest
from helpers.studies import toy_study
from rich.console import Console

from gatelab.running import display as display_module
from gatelab.running import progress
from gatelab.running.diary import Diary
from gatelab.running.display import Display

pytestmark = pytest.mark.in_process


class Hashable(SimpleNamespace):
    __hash__ = object.__hash__


def test_a_study_writes_what_it_says_and_how_every_run_ended_to_a_file(tmp_path, capfd):
    study = toy_study(tmp_path, variants=["gru", "rnn"], trials=2, quiet=True)
    study.run()
    assert capfd.readouterr().err == ""
    lines = (tmp_path / "study.log").read_text().splitlines()
    assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 \S", line) for line in lines)
    ended = [line.split(" ", 1)[1] for line in lines if ": complete, " in line]
    names = {line.partition(":")[0] for line in ended}
    assert names == {f"adding/{cell}, trial {slot}" for cell in ("gru", "rnn") for slot in (0, 1)}
    study.run()
    assert (tmp_path / "study.log").read_text().startswith("\n".join(lines))


def test_the_line_of_a_minute_says_rate_best_time_left_and_where_workers_are(tmp_path, monkeypatch):
    said, table = [], []
    study = toy_study(tmp_path, variants=["gru", "rnn"], trials=2)
    monkeypatch.setattr(progress, "FIRST", 0)
    monkeypatch.setattr(progress, "EVERY", 0)
    monkeypatch.setattr(Diary, "note", lambda self, text: said.append(text))
    shown = progress.Progress.show

    def both(self, jobs=()):
        console = Console(width=150, file=None)
        with console.capture() as caught:
            console.print(self.display.table(jobs))
        table.append(caught.get())
        shown(self, jobs)

    monkeypatch.setattr(progress.Progress, "show", both)
    study.run()
    lines = [line for line in said if " trials, " in line and "; adding " in line]
    late = [line for line in lines if line.startswith("3/4 trials")][-1]
    assert re.search(r"3/4 trials, \d+ s, about \d+ s left, [\d.,]+ runs a minute", late)
    cell = r"(gru|rnn) \d\.\d+ \([12]/2(, \d+ s left)?\)"
    assert re.search(rf"; adding mse: {cell}, {cell}$", late)
    assert any(re.search(r", [12] at work on \S+;", line) for line in lines)
    assert "left" in table[0]
    assert any("at work on" in each for each in table)


def test_the_log_file_holds_no_password_and_a_folder_without_room_is_no_error(tmp_path):
    diary = Diary()
    diary.note("before: https://me:secret@host/x")
    diary.open(tmp_path)
    diary.note("two\nlines")
    diary.close()
    kept = (tmp_path / "study.log").read_text()
    assert "secret" not in kept
    assert [line.split(" ", 1)[1] for line in kept.splitlines()] == [
        "before: https://***@host/x",
        "two lines",
    ]
    nowhere = Diary()
    nowhere.open(tmp_path / "missing")
    nowhere.note("nothing")
    nowhere.close()


def test_time_left_is_shared_by_as_many_workers_as_there_are():
    display = Display(SimpleNamespace(workers=2, comparisons=[]))
    assert display.time_left() == 0
    display.workers = lambda: 0  # a cluster that nobody has joined yet
    assert display.time_left() == 0


@pytest.mark.parametrize(
    ("seconds", "said"), [(120, "4.5"), (5.4, "100"), (0.351, "1,538"), (5.45, "99.1")]
)
def test_runs_a_minute_are_a_number_that_people_read(monkeypatch, seconds, said):
    display = Display(SimpleNamespace(comparisons=[]))
    monkeypatch.setattr(display, "_ended", lambda: 9)
    monkeypatch.setattr(display, "_spent", lambda: seconds)
    assert display._rate() == [f"{said} runs a minute"]


def test_a_time_left_that_nobody_knows_is_not_said_to_be_none(monkeypatch):
    """The estimates are lost with a process that is killed before the first trial ends."""
    monkeypatch.setattr(display_module, "left", lambda c: 4)
    cell = SimpleNamespace(name="gru")
    gru = Hashable(search=SimpleNamespace(ended=[], best=lambda: None), variant=cell, rounds=())
    display = Display(SimpleNamespace(workers=2, comparisons=[gru], trials=4))
    assert display.time_left() is None
    assert display._cell(gru) == "gru none yet (0/4)"
    display.estimates = {gru: 3.0}
    assert display._cell(gru) == "gru none yet (0/4, 6 s left)"


def test_of_many_cells_a_line_names_the_best(monkeypatch):
    monkeypatch.setattr(display_module, "left", lambda c: 1)
    task, metric = SimpleNamespace(name="digits"), SimpleNamespace(name="acc", direction="maximize")
    scores = {"rnn": 0.5, "gru": 0.9, "lstm": 0.8, "mut1": 0.7, "mut2": 0.2, "new": None}

    def cell(name, score):
        best = score and SimpleNamespace(score=lambda *_: score)
        search = SimpleNamespace(ended=[SimpleNamespace(seconds=2.0)], best=lambda: best)
        variant = SimpleNamespace(name=name)
        return Hashable(task=task, variant=variant, metric=metric, search=search, rounds=())

    cells = [cell(*item) for item in scores.items()]
    study = SimpleNamespace(workers=1, trials=2, of_task=lambda task: cells)
    assert Display(study)._task(task) == (
        "digits acc (6/12, 12 s left): gru 0.9 (1/2, 2 s left), lstm 0.8 (1/2, 2 s left), "
        "mut1 0.7 (1/2, 2 s left), 3 more cells"
    )
    del cells[-1]
    assert "more" not in Display(study)._task(task)
