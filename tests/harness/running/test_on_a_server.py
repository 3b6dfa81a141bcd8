"""A study whose trials are on a PostgreSQL server has the numbers of one in a file."""

import signal
from contextlib import closing

import pytest
from helpers.command import command
from helpers.ends import counts
from helpers.refusals import refused
from helpers.running import same
from helpers.studies import toy_study

from gatelab import Result, Study
from gatelab.errors import StudyError
from gatelab.foundation.postgres import PASSWORD
from gatelab.running.progress import Progress
from gatelab.searching import connecting, served
from gatelab.searching.address import VARIABLE, checked
from gatelab.searching.search import Search

pytestmark = pytest.mark.in_process
STUDY = {"variants": ["gru"], "trials": 3, "finals": 1}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The result of the study that nothing disturbs."""
    return toy_study(tmp_path_factory.mktemp("file"), **STUDY).run()


@pytest.fixture
def fails(postgres, monkeypatch):
    """The server goes away as soon as the second trial has been trained."""
    tell, told = Search.tell, []

    def told_until_the_server_fails(search, asked, record):
        told.append(asked)
        if len(told) == 2:
            postgres.stop()
        return tell(search, asked, record)

    monkeypatch.setattr(Search, "tell", told_until_the_server_fails)
    yield
    if postgres.process is None:
        postgres.start()


def test_a_server_that_is_away_is_waited_for_and_no_trial_is_trained_twice(
    tmp_path, database, postgres, fails, whole, monkeypatch, capsys
):
    away = Progress.away

    def back_after_two_seconds(self, place, reason, seconds):
        away(self, place, reason, seconds)
        if seconds > 2:
            postgres.start()

    monkeypatch.setattr(Progress, "away", back_after_two_seconds)
    result = toy_study(tmp_path, storage=database, quiet=False, **STUDY).run()
    same(result.trials, whole.trials)
    same(result.runs, whole.runs)
    said = [line for line in capsys.readouterr().err.splitlines() if "the database" in line]
    assert [line.partition(" is ")[2].partition(" (")[0] for line in said] == ["away", "back"]
    with closing(connecting.connected(checked(database))) as admin:
        states = admin.execute("SELECT state, count(*) FROM trials GROUP BY state").fetchall()
    assert dict(states) == {"COMPLETE": len(whole.trials) + len(whole.runs)}


def test_who_stops_while_the_server_is_away_loses_nothing(
    tmp_path, database, postgres, fails, whole, monkeypatch
):
    away, connected, asked = Progress.away, served.connected, []

    def stopped(self, *given):
        away(self, *given)
        asked.clear()
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "away", stopped)
        patch.setattr(served, "connected", lambda *a, **k: asked.append(a) or connected(*a, **k))
        with pytest.raises(KeyboardInterrupt):
            toy_study(tmp_path, storage=database, **STUDY).run()
    assert not asked  # a silent server would take ten seconds each time
    assert "RUNNING" not in counts(tmp_path)[1]
    postgres.start()

    monkeypatch.setenv(VARIABLE, database)  # as most people give a password
    result = toy_study(tmp_path, **STUDY).run()
    same(result.trials, whole.trials)
    same(result.runs, whole.runs)
    same(Result.load(tmp_path).leaderboard, whole.leaderboard)
    assert not (tmp_path / "optuna.db").exists()
    secrets = [PASSWORD.encode(), database.split(":")[2].split("@")[0].encode()]
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert not [path for path, read in kept.items() if any(s in read for s in secrets)]


def test_a_new_study_whose_database_is_away_keeps_nothing_that_binds_it(tmp_path):
    study = toy_study(tmp_path, storage="postgresql://me:secret@127.0.0.1:1/lab")
    with refused(
        StudyError,
        r"cannot open the trials in 127\.0\.0\.1:1/lab: .*; run it again once it answers",
    ) as said:
        study.run()
    assert "secret" not in str(said.value)
    assert not (tmp_path / "study.json").exists()


def test_trials_and_log_do_not_share_a_database():
    with pytest.raises(StudyError, match="give each one of its own"):
        Study(
            ["adding"], ["gru"], storage="postgresql://host/lab",
            tracking_uri="postgresql+psycopg2://me@host:5432/lab",
        )  # fmt: skip


def test_an_address_is_refused_before_anything_is_written(tmp_path, capsys):
    words = f"--tasks adding --variants gru --out {tmp_path / 'out'} --storage mysql://a:secret@b/c"
    assert command("compare")(words.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        "error: storage begins with mysql://; trials can be stored in PostgreSQL"
    )
    assert "secret" not in said
    assert not (tmp_path / "out").exists()
