"""A study whose trials are on a PostgreSQL server has the numbers of one in a file."""

import pytest
from helpers.command import command
from helpers.running import same
from helpers.studies import toy_study

from gatelab import Result, Study
from gatelab.errors import MachineError, StudyError
from gatelab.foundation.postgres import PASSWORD
from gatelab.searching import connecting
from gatelab.searching.address import VARIABLE
from gatelab.searching.search import Search

pytestmark = pytest.mark.starts_workers
STUDY = {"variants": ["gru"], "trials": 3, "finals": 1}


def test_a_server_that_goes_away_stops_a_study_in_a_line_and_nothing_is_lost(
    tmp_path, database, postgres, monkeypatch
):
    whole = toy_study(tmp_path / "file", **STUDY).run()
    out, tell = tmp_path / "served", Search.tell

    def told_until_the_server_fails(search, asked, record):
        told.append(asked)
        if len(told) == 2:
            postgres.stop()
        return tell(search, asked, record)

    told = []
    monkeypatch.setattr(connecting, "PATIENCE", 0)
    monkeypatch.setattr(Search, "tell", told_until_the_server_fails)
    with pytest.raises(MachineError, match=r"cannot write the trials in the database 127\.0\.0\.1"):
        toy_study(out, storage=database, **STUDY).run()
    postgres.start()
    monkeypatch.setattr(Search, "tell", tell)

    monkeypatch.setenv(VARIABLE, database)  # as most people give a password
    result = toy_study(out, **STUDY).run()
    same(result.trials, whole.trials)
    same(result.runs, whole.runs)
    same(Result.load(out).leaderboard, whole.leaderboard)
    assert not (out / "optuna.db").exists()
    secrets = [PASSWORD.encode(), database.split(":")[2].split("@")[0].encode()]
    kept = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert not [path for path, read in kept.items() if any(s in read for s in secrets)]


def test_a_new_study_whose_database_is_away_keeps_nothing_that_binds_it(tmp_path):
    study = toy_study(tmp_path, storage="postgresql://me:secret@127.0.0.1:1/lab")
    with pytest.raises(StudyError, match=r"cannot open the trials in 127\.0\.0\.1:1/lab: ") as said:
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
