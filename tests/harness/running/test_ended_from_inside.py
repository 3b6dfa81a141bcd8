"""Studies whose workers die, whose trials fail or diverge."""

import os
import sqlite3
import sys
import time
from contextlib import closing
from functools import partial
from types import SimpleNamespace

import cloudpickle
import pytest
from helpers.ends import counts
from helpers.studies import SETTINGS, SIZES, toy_study, toy_task

from gatelab import Study, tasks
from gatelab.errors import StudyError
from gatelab.running.dispatch import Dispatch, Job
from gatelab.running.order import Order
from gatelab.tasks.adding import Adding
from gatelab.tasks.framework.batches import Stream

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])
PARENT = os.getpid()


class Odd(Exception):
    def __init__(self, a, b):  # cannot be unpickled
        super().__init__("odd")


def faulty(rng, size, draw, fault, flag):
    if os.getpid() == PARENT:
        return draw(rng, size)
    if fault == "dies once" and not os.path.exists(flag) and within_a_trial():
        open(flag, "w").close()
        os._exit(3)
    if fault == "hangs once" and not os.path.exists(flag) and within_a_trial():
        open(flag, "w").close()
        time.sleep(600)
    if fault == "dies" and rng.random() < 0.03:  # its seed decides: at the same update every time
        os._exit(3)
    if fault == "raises" and rng.random() < 0.03:
        raise RuntimeError("no more\ndata")
    if fault == "odd" and rng.random() < 0.03:
        raise Odd(1, 2)
    if fault == "exits" and rng.random() < 0.03:
        sys.exit(4)
    if fault == "interrupts" and rng.random() < 0.03:
        raise KeyboardInterrupt
    if fault == "hangs before" and not within_a_trial():
        time.sleep(600)
    if fault == "always":
        raise RuntimeError("no more data at all")
    return draw(rng, size)


def within_a_trial():
    """Whether a trial runs, not the estimate before it."""
    frame = sys._getframe()
    while frame and frame.f_code.co_name != "run_trial":
        frame = frame.f_back
    return frame is not None


class Faulty(Adding):
    fault = "none"
    flag = "none"

    def splits(self, rng):
        splits = super().splits(rng)
        draw = partial(faulty, draw=splits.train.draw, fault=self.fault, flag=self.flag)
        return splits._replace(train=Stream(draw))


def study(out, task=None, **more):
    usual = {"tasks": [task or toy_task()], "variants": ["gru", "rnn"], "trials": 3, "workers": 2}
    return toy_study(out, **usual | {"settings": SETTINGS | {"updates": 30}} | more)


def test_a_worker_that_is_killed_costs_nothing(tmp_path):
    """The trial it was at is done again, with the same numbers; its neighbours', too."""
    whole = study(tmp_path / "a").run()
    task = Faulty(**SIZES, fault="dies once", flag=str(tmp_path / "flag"))
    hurt = study(tmp_path / "b", task, seed=0).run()
    assert (tmp_path / "flag").exists()
    assert (hurt.trials.state == "complete").all()
    assert len(hurt.trials) == len(whole.trials) == 6
    assert counts(tmp_path / "b") == [{"COMPLETE": 6}, {"FINISHED": 8}]


SAID = {"odd": "Odd: odd", "exits": "SystemExit: 4", "interrupts": "KeyboardInterrupt"}


@pytest.mark.parametrize("fault", ["raises", "odd", "always", "exits", "interrupts"])
def test_a_task_that_fails_at_run_time_does_not_end_the_study(fault, tmp_path):
    result = study(tmp_path, Faulty(**SIZES, fault=fault)).run()
    assert len(result.trials) == 6
    failed = result.trials[result.trials.state == "failed"]
    assert 2 <= len(failed) <= (6 if fault == "always" else 4)
    assert failed.reason.str.contains(SAID.get(fault, "RuntimeError: no ")).all()
    assert not failed.reason.str.contains("\n").any()
    states, statuses = counts(tmp_path)
    assert states["FAIL"] == len(failed)
    assert "RUNNING" not in states | statuses


def test_a_trial_that_kills_its_process_takes_no_other_along(tmp_path, monkeypatch):
    monkeypatch.setattr("gatelab.running.dispatch.ATTEMPTS", 1)
    trials = study(tmp_path, Faulty(**SIZES, fault="dies")).run().trials
    failed = trials[trials.state == "failed"]
    assert failed.reason.str.fullmatch("its process died 1 times: exit 3").all()
    assert 1 <= failed.trial.nunique() <= 2
    # Trial k of both cells sees the same data, so the same slots die, and nobody else.
    assert failed.groupby("trial").size().tolist() == [2] * failed.trial.nunique()
    assert "RUNNING" not in {**counts(tmp_path)[0], **counts(tmp_path)[1]}


def test_a_trial_that_hangs_is_ended_named_and_starts_again(tmp_path, capfd):
    task = Faulty(**SIZES, fault="hangs once", flag=str(tmp_path / "flag"))
    more = {"patience_seconds": 6, "quiet": False, "variants": ["gru"], "workers": 1}
    trials = study(tmp_path / "out", task, **more).run().trials
    assert (trials.state == "complete").all()
    said = capfd.readouterr().err
    assert "faulty/gru, trial 0: no progress for 6 s, ended; it starts again" in said
    assert counts(tmp_path / "out") == [{"COMPLETE": 3}, {"FINISHED": 4}]


def test_what_hangs_while_it_is_timed_does_not_hold_up_the_study(tmp_path, monkeypatch):
    monkeypatch.setattr("gatelab.running.conductor.COMPILING", 1.0)
    task = Faulty(**SIZES, fault="hangs before")
    trials = study(tmp_path, task, variants=["gru"], patience_seconds=6).run().trials
    assert (trials.state == "complete").all()


def test_a_trial_that_hangs_twice_fails_and_its_neighbours_are_not_suspected():
    """Jobs that die with a process which was ended have done nothing."""
    row = SimpleNamespace(name="adding/gru")
    order = Order(1, 0, 0, {}, 4, "trial")
    asked = SimpleNamespace(slot=4)
    hung = Job(row, None, asked, order, None, hangs=2, ended=True)
    other = Job(row, None, asked, order, None)
    failed = []
    dispatch = Dispatch(
        SimpleNamespace(seed=0, patience_seconds=9.0),
        SimpleNamespace(lost=lambda futures: futures),
        None,
        SimpleNamespace(ended=lambda *_: None),
        None,
        lambda job, record: failed.append((job, record)),
    )
    dispatch.at_work = {"future": other}
    dispatch._died(hung, RuntimeError("gone"))
    assert [(job, record.reason) for job, record in failed] == [
        (hung, "no progress for 9 s, 2 times")
    ]
    assert dispatch.waiting == [other]
    assert dispatch.suspects == []


def test_a_study_that_was_stopped_for_a_while_suspects_no_trial(monkeypatch):
    """By Ctrl-Z, or a cluster's scheduler: the workers stand still as well."""
    clock, ended = SimpleNamespace(now=0.0), []
    monkeypatch.setattr("gatelab.running.dispatch.time.monotonic", lambda: clock.now)
    dispatch = Dispatch(
        SimpleNamespace(seed=0, patience_seconds=60.0), SimpleNamespace(end=ended.append),
        None, SimpleNamespace(hangs=lambda *_, **__: None), None, None,
    )  # fmt: skip
    row = SimpleNamespace(name="adding/gru")
    order = Order(1, 0, 0, {}, 4, "trial")
    job = Job(row, None, SimpleNamespace(slot=4), order, None, started={"pid": 1})
    dispatch.at_work = {"future": job}
    for clock.now in (1.0, 5000.0, 5001.0):  # stopped in between
        dispatch._watch()
    assert ended == []
    for clock.now in range(5002, 5063):
        dispatch._watch()
    assert ended == [{"pid": 1}]


def test_trials_that_diverge_fail_with_a_tag_and_the_study_goes_on(tmp_path, capfd):
    settings = {"updates": 30, "hidden": 4, "batch": 8, "optimizer": "sgd", "clip": 0}
    result = study(tmp_path, settings=settings, trials=6, search={"lr": (1e-3, 1e9, "log")}).run()
    states = result.trials.state.tolist()
    assert set(states) == {"failed", "complete"}
    failed = result.trials[result.trials.state == "failed"]
    assert failed.reason.str.startswith("diverged").all()
    assert result.leaderboard.failed.sum() == len(failed)
    assert capfd.readouterr().err == ""  # warnings of overflow, above all
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        query = "select count(*) from tags where key = ? and value = ?"
        for tag in (("state", "failed"), ("diverged", "true")):
            assert database.execute(query, tag).fetchone() == (len(failed),)


def test_a_study_whose_trials_all_fail_says_so(tmp_path, capfd):
    settings = {"updates": 30, "hidden": 4, "batch": 8, "optimizer": "sgd", "clip": 0, "lr": 1e9}
    result = study(tmp_path, settings=settings, finals=3, quiet=False).run()
    board = result.leaderboard
    assert (board.failed == 3).all()
    assert board.test_mean.isna().all()
    assert not board.beats_baseline.any()
    shown = capfd.readouterr().out
    assert "all failed" in shown
    assert "gru: diverged at update" in shown
    assert "nan" not in shown
    assert (tmp_path / "leaderboard.png").exists()
    assert counts(tmp_path) == [{"FAIL": 6}, {"FAILED": 8}]


def test_a_task_that_cannot_reach_a_worker_is_refused(tmp_path):
    task = tasks.make("adding", **SIZES)
    task.connection = sqlite3.connect(":memory:")
    with closing(task.connection), pytest.raises((StudyError, tasks.TaskError), match="pickle"):
        Study([task], ["gru"], out=tmp_path / "out").run()
    assert not (tmp_path / "out").exists()
