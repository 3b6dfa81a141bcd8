"""The papers' protocols at toy size: verdicts, jobs, results that are kept."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from helpers.command import command
from helpers.protocols import divmod_of, record

from gatelab import tasks
from gatelab.errors import StudyError
from gatelab.studies import jobs as kept
from gatelab.studies import papers, protocols
from gatelab.tasks.framework.stopping import Examined

QUICK = {"hidden": 8, "lr": 1e-2}
TOY = papers.Protocol(
    "toy", "long_lag", 2000, options={"lag": 3, "test_sequences": 50}, settings=QUICK,
)  # fmt: skip
HARD = replace(TOY, name="hard", options={"lag": 30, "test_sequences": 50}, paper=15)


def test_the_verdict_counts_failures():
    row = lambda *records: protocols.solving_row(replace(TOY, paper=100), records)
    assert row(record(300), record(100), record(900))[4:8] == (
        "300 (100 to 900)", "0 of 3", "3.00", "reached",
    )  # fmt: skip
    assert row(record(301), record(100), record(900))[7] == "MISSED"
    assert row(record(100), record(100), record(9, solved=False))[4:8] == (
        "100 (100 to given up)", "1 of 3", "1.00", "reached, 1 failed",
    )  # fmt: skip
    assert row(record(100), *[record(9, solved=False)] * 2)[4:8] == (
        "given up (100 to given up)", "2 of 3", "over 5", "MISSED",
    )  # fmt: skip


def test_all_given_up():
    row = protocols.solving_row(TOY, [record(9, solved=False)] * 2)
    assert row[4:8] == ("given up", "2 of 2", "over 5", "MISSED")


def test_legal_everywhere_or_missed():
    line = lambda *shares: protocols.legal_line([{"legal": s, "strings": 9} for s in shares])
    assert line(1, 1).endswith("of 9 unseen strings with exactly the legal symbols, by seed: 100%, "
                               "100%: reached.")  # fmt: skip
    assert line(1, 0.99998).endswith("99.998%: MISSED.")


def test_counting_holds_for_every_seed_or_is_missed():
    row = lambda cell, *reached: protocols.counting_row(cell, [{"accepted": n} for n in reached])
    assert row("peephole", 1000, 101) == ("peephole", "101, at least 1,000", "reached")
    assert row("peephole", 1000, 100)[2] == "MISSED by 1 of 2"
    assert row("gru", 55, 100)[2] == "fails, as the paper says"
    assert row("gru", 55, 101)[2] == "holds with 1 of 2"


def test_reach_ends_before_the_first_string_that_is_not_accepted():
    class UpTo:
        def __init__(self, n):
            self.n = n

        def predict(self, x, lengths):
            from gatelab.tasks.counting import strings

            y = strings((lengths - 1) // 2, 2).y
            return np.where((lengths > 1 + 2 * self.n)[:, None, None], 0.5 - y, y - 0.5)

    task = tasks.make("counting")
    assert [papers.reach(UpTo(n), task, 60, at_once=25) for n in (0, 24, 25, 60, 99)] == [
        0, 24, 25, 60, 60,
    ]  # fmt: skip


@pytest.mark.in_process
def test_at_toy_size_and_again(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(protocols, "PROMISED", [TOY])
    monkeypatch.setattr(protocols, "BESIDE", [HARD])
    monkeypatch.setattr(protocols, "READING", QUICK | {"updates": 2, "epochs": 1})
    monkeypatch.setattr(protocols, "COUNTERS", {"gru": QUICK | {"updates": 2, "epochs": 1}})
    monkeypatch.setattr(protocols, "LONGEST", 4)
    words = ["--out", str(tmp_path), "--workers", "1", "--seeds", "2"]
    assert command("protocols")(words) == 0
    printed = capsys.readouterr()
    assert printed.out == (tmp_path / "protocols.md").read_text()
    rows = [line[2:-2].split(" | ") for line in printed.out.splitlines() if line.startswith("| ")]
    shown = {row[0]: row for row in rows}
    assert (shown["toy"][5], shown["toy"][7]) == ("0 of 2", "reached")
    assert (shown["hard"][5], shown["hard"][7]) == ("2 of 2", "MISSED")
    assert "256 unseen strings" in printed.out
    assert shown["gru"][1:] == ["0, 0", "fails, as the paper says"]
    assert "* toy: errors below 0.25: none wrong of 10,000 of valid" in printed.out
    assert printed.err.count("solved after") == printed.err.count("given up after") == 2

    results = [*(tmp_path / "runs").rglob("*.pkl")]
    one, *_ = (path for path in results if pickle.loads(path.read_bytes()).get("solved"))
    one.write_bytes(one.read_bytes()[:-9])
    assert command("protocols")(words) == 0
    again = capsys.readouterr()
    assert again.out == printed.out
    assert again.err.count("solved after") == 1  # what was kept is not run again
    assert "given up after" not in again.err


@pytest.mark.parametrize("slip", ["--workers", "--seeds"])
def test_none_at_all_is_refused_in_one_line(tmp_path, capsys, slip):
    assert command("protocols")(["--out", str(tmp_path), slip, "0"]) == 2
    assert capsys.readouterr().err == f"error: {slip[2:]} is 0; give a whole number of at least 1\n"


def test_a_job_that_fails_is_one_line_and_loses_nothing(tmp_path):
    fine = kept.Job("fine", divmod_of, {"a": 7, "b": 2})
    with pytest.raises(StudyError, match="ZeroDivisionError"):
        kept.results(
            [fine, fine._replace(name="bad", given={"a": 7, "b": 0})], tmp_path, 1, lambda *_: ""
        )
    said = []
    found = kept.results([fine], tmp_path, 1, lambda *told: said.append(told))
    assert (found, said) == ({"fine": (3, 1)}, [])


def test_a_result_is_kept_for_what_it_depends_on(tmp_path, monkeypatch):
    """Other arguments, a changed file of the user's, other code: it is run again."""
    file = tmp_path / "mine.py"
    file.write_text("a = 1")
    job, ran = kept.Job("one", divmod_of, {"a": 7, "b": 2}, [str(file)]), []
    again = lambda job: kept.results([job], tmp_path / "out", 1, lambda *told: ran.append(told))
    assert [again(job), again(job), len(ran)] == [{"one": (3, 1)}, {"one": (3, 1)}, 1]
    again(job._replace(given={"a": 8, "b": 2}))
    assert len(ran) == 2
    file.write_text("a = 2")
    again(job)
    assert len(ran) == 3
    monkeypatch.setattr(kept, "_code", lambda *files: "of another engine")
    again(job)
    assert len(ran) == 4


def test_examined_says_what_it_asks_for():
    rule = Examined(0.2, wrong=5, mean=0.04, of=256)
    assert str(rule) == "errors below 0.2: at most 5 wrong, mean error below 0.04, of 256 of valid"
