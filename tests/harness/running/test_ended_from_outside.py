"""Studies that are interrupted or killed: no worker lives on, nothing is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import cloudpickle
import pytest
from helpers.ends import counts

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


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


@pytest.fixture
def begin(tmp_path):
    """Starts studies of trials of about a second, in sessions of their own; none survives."""
    begun = []

    def start(trials):
        words = ["--tasks", "adding:length=50,valid_sequences=16,test_sequences=16", "--variants",
                 "gru", "--no-page", "--trials", str(trials), "--finals", "1", "--set",
                 "updates=4000", "hidden=16", "batch=16", "--out", str(tmp_path)]  # fmt: skip
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
        process.wait()
        process.stdout.close(), process.stderr.close()


def under_way(out, finished):
    def reached():
        try:
            states, statuses = counts(out)
        except sqlite3.Error:
            return False
        return states.get("COMPLETE", 0) >= finished and "RUNNING" in statuses

    return within(60, reached)


@pytest.mark.parametrize(
    ("sent", "times", "status"), [("INT", 1, 130), ("INT", 3, 130), ("TERM", 1, 143)]
)
def test_a_stop_ends_workers_keeps_what_finished_and_marks_the_rest(
    sent, times, status, begin, tmp_path
):
    process = begin(50)
    assert under_way(tmp_path, 2)
    for _ in range(times):  # people press Ctrl-C again
        os.killpg(process.pid, signal.Signals[f"SIG{sent}"])
        time.sleep(0.15)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert "unfinished: " in out  # what is known by now
    assert "gru" in out
    assert (tmp_path / "leaderboard.csv").exists()
    assert err.splitlines()[-1].startswith("stopped; everything finished is kept")
    assert "Traceback" not in err
    assert within(5, lambda: not alive(process.pid))
    states, statuses = counts(tmp_path)
    assert "RUNNING" not in states
    assert "RUNNING" not in statuses
    assert states["COMPLETE"] == statuses["FINISHED"] >= 2
    assert states["FAIL"] + 1 == statuses["KILLED"]  # the variant's run, too


def test_a_study_goes_on_though_nobody_reads_what_it_says(begin, tmp_path):
    """``| head``, or a pager that is closed."""
    process = begin(2)
    process.stderr.readline(), process.stderr.close(), process.stdout.close()
    assert process.wait(90) == 0
    assert (tmp_path / "leaderboard.csv").exists()
    assert counts(tmp_path) == [{"COMPLETE": 3}, {"FINISHED": 4}]


def test_a_stop_that_also_ends_whoever_reads_leaves_nothing_running(begin, tmp_path):
    """``2>&1 | tee log``, whose processes all get Ctrl-C."""
    process = begin(50)
    assert under_way(tmp_path, 2)
    process.stderr.close(), process.stdout.close()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    states, statuses = counts(tmp_path)
    assert "RUNNING" not in states | statuses


def test_after_its_answer_a_stop_says_no_more(begin, tmp_path):
    process = begin(1)
    for line in process.stderr:
        if line.startswith("looking at"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.count("lower is better")) == (130, 1)
    assert err.splitlines()[-1].startswith("stopped; everything finished is kept")


def test_after_kill_9_no_worker_lives_on_and_the_study_continues_to_its_budget(begin, tmp_path):
    process = begin(20)  # long enough for MLflow, which begins after five seconds
    assert under_way(tmp_path, 1)
    process.kill()
    process.wait()  # not communicate: workers that live on hold its pipes
    gone = within(5, lambda: not alive(process.pid))
    again = begin(20)
    out, err = again.communicate(timeout=90)
    assert again.returncode == 0, err
    assert "gru" in out
    states, statuses = counts(tmp_path)
    assert states["COMPLETE"] == 21  # the budget and a final run
    assert "RUNNING" not in states | statuses
    assert statuses["FINISHED"] == 22  # these and the variant's run
    assert gone, "workers outlived their parent"
