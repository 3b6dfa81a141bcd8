"""How studies end: interrupts, kills, workers that die, trials that fail or diverge."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from functools import cache, partial
from pathlib import Path

import cloudpickle
import pytest

from gatelab import Study, tasks
from gatelab.errors import StudyError
from gatelab.tasks.adding import Adding
from gatelab.tasks.framework.batches import Stream
from gatelab.tracking.tracker import Tracker

pytestmark = [pytest.mark.xdist_group("studies")]
cloudpickle.register_pickle_by_value(sys.modules[__name__])

FEW = {"length": 8, "valid_sequences": 16, "test_sequences": 16}
PARENT = os.getpid()


def counts(out):
    """[{Optuna state: trials}, {MLflow status: runs}] of a study; writes nothing."""
    found = []
    for file, column, table in (("optuna.db", "state", "trials"), ("mlflow.db", "status", "runs")):
        with closing(sqlite3.connect(f"file:{out / file}?mode=ro", uri=True)) as database:
            query = f"select {column}, count(*) from {table} group by {column}"
            found.append(dict(database.execute(query).fetchall()))
    return found


def alive(session):
    """Processes of a session that still run (zombies do not)."""
    listed = subprocess.run(
        ["ps", "-s", str(session), "-o", "pid=,stat="], capture_output=True, text=True
    ).stdout
    return [line.split()[0] for line in listed.splitlines() if "Z" not in line.split()[1]]


def within(seconds, condition):
    """Wait until something holds; whether it did in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


# Ended from outside ------------------------------------------------------------------------------


@pytest.fixture
def begin(tmp_path):
    """Starts studies of half-second trials, each in its own session; none survives the test."""
    begun = []

    def start(trials):
        words = ["--tasks", "adding:length=50,valid_sequences=16,test_sequences=16", "--variants",
                 "gru", "--sampler", "random", "--trials", str(trials), "--finals", "1", "--set",
                 "updates=800", "hidden=16", "batch=16", "--out", str(tmp_path)]  # fmt: skip
        begun.append(subprocess.Popen(
            [sys.executable, "-m", "gatelab", "compare", *words], start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"},
        ))  # fmt: skip
        return begun[-1]

    yield start
    for process in begun:
        for pid in alive(process.pid):
            os.kill(int(pid), signal.SIGKILL)
        process.communicate()


def under_way(out, finished):
    def reached():
        try:
            states, statuses = counts(out)
        except sqlite3.Error:
            return False
        return states.get("COMPLETE", 0) >= finished and "RUNNING" in statuses

    return within(60, reached)


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_ends_workers_keeps_what_finished_and_marks_the_rest(presses, begin, tmp_path):
    process = begin(50)
    assert under_way(tmp_path, 2)
    for _ in range(presses):  # people press it again
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.15)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1].startswith("stopped; everything finished is kept")
    assert "Traceback" not in err
    assert within(5, lambda: not alive(process.pid))
    states, statuses = counts(tmp_path)
    assert "RUNNING" not in states
    assert "RUNNING" not in statuses
    assert states["COMPLETE"] == statuses["FINISHED"] >= 2
    assert states["FAIL"] + 1 == statuses["KILLED"]  # the variant's run, too


def test_after_kill_9_no_worker_lives_on_and_the_study_continues_to_its_budget(begin, tmp_path):
    process = begin(4)
    assert under_way(tmp_path, 1)
    process.kill()
    process.wait()  # not communicate: workers that live on hold its pipes
    gone = within(5, lambda: not alive(process.pid))
    again = begin(4)
    out, err = again.communicate(timeout=90)
    assert again.returncode == 0, err
    assert "gru" in out
    states, statuses = counts(tmp_path)
    assert states["COMPLETE"] == 5  # the budget and a final run
    assert "RUNNING" not in states | statuses
    assert statuses["FINISHED"] == 5  # the variant's run and its trials
    assert gone, "workers outlived their parent"


# Ended from inside -------------------------------------------------------------------------------


class Odd(Exception):
    def __init__(self, a, b):  # cannot be unpickled
        super().__init__("odd")


def faulty(rng, size, draw, fault, flag):
    if os.getpid() == PARENT:
        return draw(rng, size)
    if fault == "dies once" and not os.path.exists(flag) and within_a_trial():
        open(flag, "w").close()
        os._exit(3)
    if fault == "dies" and rng.random() < 0.03:  # its seed decides: at the same update every time
        os._exit(3)
    if fault == "raises" and rng.random() < 0.03:
        raise RuntimeError("no more\ndata")
    if fault == "odd" and rng.random() < 0.03:
        raise Odd(1, 2)
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


@cache
def empty_log():
    """The tables of a new MLflow file; making them takes a second or two each time."""
    with tempfile.TemporaryDirectory() as folder:
        Tracker(folder).analyze()
        return (Path(folder) / "mlflow.db").read_bytes()


def study(out, task=None, **more):
    if not out.exists() or not any(out.iterdir()):
        out.mkdir(parents=True, exist_ok=True)
        (out / "mlflow.db").write_bytes(empty_log())
    usual = {"tasks": [task or tasks.make("adding", **FEW)], "variants": ["gru", "rnn"],
             "trials": 3, "sampler": "random", "workers": 2, "quiet": True, "finals": 0,
             "settings": {"updates": 30, "hidden": 4, "batch": 8}}  # fmt: skip
    return Study(out=out, **{**usual, **more})


def test_a_worker_that_is_killed_costs_nothing(tmp_path):
    """The trial it was at is done again, with the same numbers; its neighbours', too."""
    whole = study(tmp_path / "a").run()
    task = Faulty(**FEW, fault="dies once", flag=str(tmp_path / "flag"))
    hurt = study(tmp_path / "b", task, seed=0).run()
    assert (tmp_path / "flag").exists()
    assert (hurt.trials.state == "complete").all()
    assert len(hurt.trials) == len(whole.trials) == 6
    assert counts(tmp_path / "b") == [{"COMPLETE": 6}, {"FINISHED": 8}]


@pytest.mark.parametrize("fault", ["raises", "odd", "always"])
def test_a_task_that_fails_at_run_time_does_not_end_the_study(fault, tmp_path):
    result = study(tmp_path, Faulty(**FEW, fault=fault)).run()
    assert len(result.trials) == 6
    failed = result.trials[result.trials.state == "failed"]
    assert 2 <= len(failed) <= (6 if fault == "always" else 4)
    assert failed.reason.str.contains("Odd: odd" if fault == "odd" else "RuntimeError: no ").all()
    assert not failed.reason.str.contains("\n").any()
    states, statuses = counts(tmp_path)
    assert states["FAIL"] == len(failed)
    assert "RUNNING" not in states | statuses


def test_a_trial_that_kills_its_process_takes_no_other_along(tmp_path, monkeypatch):
    monkeypatch.setattr("gatelab.running.conductor.ATTEMPTS", 1)
    trials = study(tmp_path, Faulty(**FEW, fault="dies")).run().trials
    failed = trials[trials.state == "failed"]
    assert failed.reason.str.contains("its process died").all()
    assert 1 <= failed.trial.nunique() <= 2
    # Trial k of both cells sees the same data, so the same slots die, and nobody else.
    assert failed.groupby("trial").size().tolist() == [2] * failed.trial.nunique()
    assert "RUNNING" not in {**counts(tmp_path)[0], **counts(tmp_path)[1]}


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
    task = tasks.make("adding", **FEW)
    task.connection = sqlite3.connect(":memory:")
    with closing(task.connection), pytest.raises((StudyError, tasks.TaskError), match="pickle"):
        Study([task], ["gru"], out=tmp_path / "out").run()
    assert not (tmp_path / "out").exists()
