"""A database that fails at random, before or after it has done what it was asked."""

import random
import sqlite3
from contextlib import closing

import pytest
from helpers.refusals import refused
from helpers.searches import fill, make
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage

from gatelab.errors import MachineError, StudyError
from gatelab.searching import patience, storage
from gatelab.searching.storage import open_storage

WRITES = (
    "_create_new_trial", "_set_trial_param", "set_trial_user_attr", "set_trial_state_values",
    "set_trial_intermediate_value", "get_trial", "_get_trials",
)  # fmt: skip
AWAY = "the database is locked"


@pytest.fixture
def unreliable(monkeypatch):
    """Optuna's storage fails one time in five before it does its work, and one in five after."""
    rng, failures = random.Random(1), []

    def fail(name):
        if rng.random() < 0.2:
            failures.append(name)
            raise StorageInternalError("no answer") from sqlite3.OperationalError(AWAY)

    def failing(name, real):
        def access(self, *given, **named):
            fail(name)
            done = real(self, *given, **named)
            fail(name)
            return done

        return access

    for name in WRITES:
        monkeypatch.setattr(RDBStorage, name, failing(name, getattr(RDBStorage, name)))
    return failures


def pruned(search, count):
    """Trials that are asked at a rung whether they should go on; {slot: state of the trial}."""
    fill(search, count)
    asked = search.ask(count)
    search.prunes(asked, 5, 0.3)
    search.interrupted(asked)
    return [(t.number, t.state.name, t.params, t.value) for t in search.study.get_trials()]


def test_trials_are_as_if_it_had_never_failed(tmp_path, request):
    usual = pruned(make(open_storage(tmp_path), sampler="tpe"), 12)
    failures = request.getfixturevalue("unreliable")
    (tmp_path / "unreliable").mkdir()
    opened, said = open_storage(tmp_path / "unreliable"), []
    opened.waits = lambda reason, seconds: said.append(reason)
    assert pruned(make(opened, sampler="tpe"), 12) == usual
    assert len(said) == len(failures) > 50
    assert {*said} == {AWAY}


def test_nobody_waits_before_a_study_has_begun(unreliable, tmp_path):
    with pytest.raises(StorageInternalError):
        fill(make(open_storage(tmp_path)), 50)


def test_only_what_passes_is_waited_for():
    full = StorageInternalError("")
    full.__cause__ = sqlite3.OperationalError("database or disk is full")
    assert not patience.passes(full)
    assert patience.passes(sqlite3.OperationalError("database is locked"), 1e6)
    assert not patience.passes(ValueError("locked"))


def test_a_trial_that_the_database_has_lost_is_said_in_a_line(tmp_path):
    search = make(open_storage(tmp_path))
    asked = search.ask(0)
    with sqlite3.connect(tmp_path / "optuna.db") as file:
        file.execute("DELETE FROM trials")
    with refused(MachineError, r"optuna\.db has lost trials that it had stored: run it again"):
        search.interrupted(asked)


def test_a_file_that_stays_locked_is_refused_with_a_way_out(tmp_path, monkeypatch):
    open_storage(tmp_path).engine.dispose()
    monkeypatch.setattr(storage, "OPENS", 0.1)
    with closing(sqlite3.connect(tmp_path / "optuna.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with refused(StudyError, "database is locked; run it again once another program has let"):
            open_storage(tmp_path)
