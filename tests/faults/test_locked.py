"""Another program holds a study's database for a while: it is waited for, and nothing is lost."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from helpers.ends import counts
from helpers.running import same

from gatelab.running.sending import sync
from gatelab.searching.search import Search
from gatelab.tracking import outbox

pytestmark = pytest.mark.starts_workers
LONG = [pytest.param(seconds, marks=pytest.mark.long) for seconds in (5, 60)]


@pytest.fixture
def locks(monkeypatch):
    """(file, seconds) -> the file is locked for so long from the end of the first trial."""
    tell, threads, free = Search.tell, [], threading.Event()

    def hold(file, seconds, held):
        with closing(sqlite3.connect(file, timeout=60)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            held.set()
            free.wait(seconds)
            connection.rollback()

    def lock(file, seconds):
        def told(search, asked, record):
            if not threads:
                _wait_for(file)
                held = threading.Event()
                threads.append(threading.Thread(target=hold, args=(file, seconds, held)))
                threads[0].start()
                held.wait()
            return tell(search, asked, record)

        monkeypatch.setattr(Search, "tell", told)
        return free

    yield lock
    free.set()
    for thread in threads:
        thread.join()


def _wait_for(file):
    """Until a file is there: MLflow's is made beside the training, and put in its place whole."""
    until = time.monotonic() + 60
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.parametrize("seconds", [2.5, *LONG])
def test_trials_that_are_locked(seconds, locks, begun, undisturbed, tmp_path, capsys):
    locks(tmp_path / "optuna.db", seconds)
    result = begun(tmp_path, quiet=False).run()
    same(result.trials, undisturbed.trials)
    same(result.runs, undisturbed.runs)
    said = capsys.readouterr().err
    assert "optuna.db is away (database is locked): waiting for it, " in said
    assert "optuna.db is back" in said
    ended = len(result.trials) + len(result.runs)
    assert counts(tmp_path) == [{"COMPLETE": ended}, {"FINISHED": ended + 1}]


@pytest.mark.parametrize("seconds", LONG)
def test_a_log_that_is_locked(seconds, locks, begun, undisturbed, tmp_path):
    locks(tmp_path / "mlflow.db", seconds)
    result = begun(tmp_path, log_wait=seconds + 60).run()
    same(result.trials, undisturbed.trials)
    assert result.unsent == 0
    ended = len(result.trials) + len(result.runs)
    assert counts(tmp_path) == [{"COMPLETE": ended}, {"FINISHED": ended + 1}]


def test_a_log_that_stays_locked(locks, begun, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(outbox, "PAUSES", (0.05, 1.0))
    free = locks(tmp_path / "mlflow.db", 300)
    result = begun(tmp_path, log_wait=1).run()
    same(result.leaderboard, undisturbed.leaderboard)
    assert result.unsent > 0
    free.set()
    assert sync(tmp_path) == 0
    ended = len(result.trials) + len(result.runs)
    assert counts(tmp_path)[1] == {"FINISHED": ended + 1}
