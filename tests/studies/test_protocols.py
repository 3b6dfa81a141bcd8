"""Stop rules on outputs made by hand, runs until solved, and the study that counts sequences."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from helpers.command import command

from gatelab import tasks, variants
from gatelab.errors import StudyError
from gatelab.studies import jobs as kept
from gatelab.studies import papers, protocols
from gatelab.tasks import Batch, TaskError
from gatelab.tasks.framework.stopping import Examined, Recent, Tally, errors, judge
from gatelab.trials.solving import solve

RULE = Recent(within=0.04, mean=0.01, of=3)
QUICK = {"hidden": 8, "lr": 1e-2}


def judged(kind, within, outputs, y, lengths=None):
    outputs, y = np.asarray(outputs, np.float64), np.asarray(y)
    steps = y.shape[1] if y.ndim > 1 else 1
    x = np.zeros((len(y), steps, 1), np.float32)
    return judge(Recent(within), kind, outputs, Batch(x, y, lengths))


def tally(rule, *errors):
    found = Tally(rule)
    for error in errors:
        found.add(judged("regression", rule.within, [[error]], [[0.0]]))
    return found


# Rules -------------------------------------------------------------------------------------------


def test_a_value_is_right_below_the_bound_and_not_at_it():
    found = judged("regression", 0.25, [[0.75], [1.24], [0.0], [np.nan]], [[1.0]] * 3 + [[0.0]])
    assert found.right.tolist() == [False, True, False, False]
    np.testing.assert_allclose(found.error[:3], [0.25, 0.24, 1])


def test_classes_err_by_their_probabilities():
    """Three to one for the right class: every one of two units errs by a quarter."""
    logits = np.log([[3.0, 1.0], [1.0, 3.0]])
    error, asked = errors("classification", logits, np.array([0, 0]))
    np.testing.assert_allclose(error[:, 0], [[0.25, 0.25], [0.75, 0.75]])
    assert asked.all()
    assert judged("classification", 0.26, logits, [0, 0]).right.tolist() == [True, False]


def test_labels_err_by_their_probabilities():
    logits = np.log([[[3.0, 1 / 3], [1 / 3, 1 / 3]]])
    y = np.array([[[1, 0], [1, 0]]], np.float32)
    found = judged("multilabel", 0.26, logits, y)
    assert (found.right[0], found.until[0]) == (False, 2)
    np.testing.assert_allclose(found.error, [(0.25 * 3 + 0.75) / 4])
    assert judged("multilabel", 0.26, logits, y, np.array([1])).right[0]  # the slip is past its end


def test_steps_that_ask_for_nothing_do_not_count():
    y = np.array([[[np.nan], [1.0], [np.nan], [0.0]]], np.float32)
    found = judged("series", 0.5, [[[9], [1], [9], [0.5]]], y)
    assert (found.right[0], found.until[0], found.error[0]) == (False, 4, 0.25)
    logits = np.full((1, 3, 2), 0.0)
    logits[0, 2] = 30, -30
    assert judged("labelling", 0.1, logits, [[-1, -1, 0]]).right[0]
    assert not judged("labelling", 0.1, logits, [[-1, 0, 0]]).right[0]
    assert judged("labelling", 0.1, logits, [[-1, -1, -1]]).error[0] == 0


def test_met_at_the_last_of_them_and_not_one_short():
    assert not tally(RULE, 0, 0).met
    assert tally(RULE, 0, 0, 0).met


def test_a_wrong_sequence_has_the_count_begin_anew():
    assert not tally(RULE, 0, 0, 0.05).met
    assert not tally(RULE, 0, 0, 0.05, 0, 0).met
    assert tally(RULE, 0, 0, 0.05, 0, 0, 0).met


def test_the_mean_must_be_below_its_bound():
    assert not tally(RULE, 0, 0, 0.03).met  # .01 itself
    assert tally(RULE, 0, 0, 0.029).met


def test_some_may_be_wrong_where_the_paper_lets_them():
    rule = replace(RULE, mean=np.inf, wrong=1)
    assert tally(rule, 1, 0, 0).met
    assert not tally(rule, 1, 1, 0).met
    assert (tally(rule, 1).lost, tally(rule, 1, 1).lost) == (False, True)
    assert tally(rule, 1, 1, 0, 0).met  # the first has dropped out


def test_options_change_the_rule():
    make = tasks.make
    assert make("adding_ragged").stop == Recent(0.04, mean=0.01, of=2000)
    assert make("temporal_order", classes=8).stop == Recent(0.3, mean=0.1)
    assert [make("long_lag", form=f).stop.within for f in ("2a", "2b", "2c")] == [0.25, 0.25, 0.2]
    assert [make("two_sequence", form=f).stop.wrong for f in ("3a", "3b", "3c")] == [0, 5, 0]
    assert make("counting", train_n=7).stop.of == 7
    assert make("adding").stop is None
    assert "stop" not in make("adding_ragged").options()


# Runs --------------------------------------------------------------------------------------------


def run(task, given=QUICK, seed=3, cell="standard", **more):
    record = solve(task, variants.get(cell), given, seed, **more)
    return {k: v for k, v in record.items() if k != "seconds"}


def test_solved_on_time_and_the_same_again():
    task = tasks.make("temporal_order", length=10)
    rule = Recent(0.3, mean=0.1, of=100, budget=20_000)
    record = run(task, rule=rule)
    assert record["solved"]
    assert 100 <= record["sequences"] < 20_000
    assert record["test"]["wrong"] <= 0.05 * record["test"]["of"]
    assert run(task, rule=rule) == record
    assert run(task, rule=rule, seed=4)["sequences"] != record["sequences"]
    json.dumps(record)


def test_a_run_out_of_its_budget_has_failed():
    record = run(
        tasks.make("adding_ragged", length=20), budget=50, given={"hidden": 4, "batch": 20}
    )
    assert (record["solved"], record["sequences"]) == (False, 60)  # to the end of the batch
    assert record["test"]["wrong"] > 2000


def test_a_run_that_diverges_has_failed():
    given = {"hidden": 4, "lr": 1e30, "optimizer": "sgd", "clip": 0}
    record = run(tasks.make("adding_ragged", length=20), given=given, budget=50)
    assert not record["solved"]
    assert record.reason.startswith("diverged at update ")


def test_examined_in_the_course_of_training():
    """Two strings to tell apart, looked at after every 50 sequences."""
    task = tasks.make("long_lag", lag=3)
    rule = replace(task.stop, every=50, of=300)  # more than one draw of its split
    record = run(task, rule=rule, budget=5000)
    assert record["solved"]
    assert record["sequences"] % 50 == 0
    assert record["test"] == {"wrong": 0, "of": 500, "error": record["test"]["error"], "solved": 1}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("spike_delays", {"interval": 3, "spikes": 3, "test_spikes": 5}),
        ("continual_reber", {"length": 8, "test_length": 20, "test_sequences": 2}),
    ],
)
def test_streams_end_with_their_first_error(name, options):
    """Nothing is solved in ten streams; each is learned up to its error, however long it was."""
    task = tasks.make(name, **options)
    record = run(task, rule=replace(task.stop, every=3), budget=10)
    assert (record["solved"], record["sequences"]) == (False, 10)
    easy = replace(task.stop, within=np.inf, every=3)
    assert run(task, rule=easy, budget=10)["sequences"] == 3


def test_what_has_no_rule_is_told_so():
    with pytest.raises(TaskError, match="adding has no stop rule"):
        run(tasks.make("adding"))


# The study ---------------------------------------------------------------------------------------


TOY = papers.Protocol(
    "toy", "long_lag", 2000, options={"lag": 3, "test_sequences": 50}, settings=QUICK,
)  # fmt: skip
HARD = replace(TOY, name="hard", options={"lag": 30, "test_sequences": 50}, paper=15)


def record(sequences, solved=True, wrong=0):
    test = {"wrong": wrong, "of": 256, "error": 0.0}
    return {"sequences": sequences, "solved": solved, "test": test, "seconds": 1.0}


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


@pytest.mark.xdist_group("studies")
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


def divmod_of(a, b):
    return divmod(a, b)


def test_examined_says_what_it_asks_for():
    rule = Examined(0.2, wrong=5, mean=0.04, of=256)
    assert str(rule) == "errors below 0.2: at most 5 wrong, mean error below 0.04, of 256 of valid"
