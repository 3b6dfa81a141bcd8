"""``gatelab status``: how far a study is, from its database, which stays as it is."""

import json
import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from helpers.command import command
from helpers.processes import printed
from helpers.records import make_record
from helpers.refusals import refused
from helpers.searches import make, record

from gatelab.errors import StudyError
from gatelab.foundation import sqlite
from gatelab.foundation.postgres import PASSWORD
from gatelab.running.ownership import owned
from gatelab.searching import address, connecting
from gatelab.searching.served import Served
from gatelab.searching.storage import open_storage
from gatelab.watching.places import in_database, in_folder

status = command("status")


def held(folder):
    """What a folder holds: {file: (size, time of its last change)}."""
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in [folder, *folder.rglob("*")]}


def begun(out, slots=3, budget=5):
    """A folder with a search of which some trials have ended, and its storage."""
    storage = open_storage(out)
    (out / "study.json").write_text('{"seed": 0}')
    search = make(storage, space={})
    search.note(metric="mse", budget=budget, folder=str(out), host="alpha")
    for slot in range(slots):
        search.tell(search.ask(slot), record(score=0.5 - slot / 10))
    return search, storage


@pytest.mark.starts_workers
def test_a_finished_study_is_shown_and_its_folder_stays_as_it_is(done, tmp_path, capsys):
    out, result = tmp_path / "a study #1", done[1]
    shutil.copytree(done[0], out)  # what ran the study in this process may not have let go yet
    before = held(out)
    assert status([str(out)]) == 0
    assert held(out) == before
    said = capsys.readouterr().out
    assert re.match(rf"study [0-9a-f]{{8}} in {out} on \S+: finished\n", said)
    assert "4 of 4 trials have ended, 2 of 2 further runs; MLflow has everything" in said
    best = result.leaderboard.sort_values("valid").iloc[0]
    assert f"best so far is {best.variant}, {best.valid:.4g} mse on validation" in said


def test_a_look_takes_a_moment_as_it_loads_nothing_that_trains_stores_or_draws(tmp_path):
    begun(tmp_path)[1].engine.dispose()
    heavy = ("pandas", "scipy", "numba", "optuna", "sqlalchemy", "mlflow", "matplotlib")
    said = printed(
        f"import sys; from gatelab.__main__ import main; main(['status', {str(tmp_path)!r}]); "
        f"print('looked for', *[m for m in {heavy} if m in sys.modules])"
    )
    assert "3 of 5 trials have ended" in said
    assert said.endswith("\nlooked for\n")


@pytest.mark.starts_workers
def test_a_program_gets_the_same_as_json(done, capsys):
    out, result = done
    assert status([str(out), "--json"]) == 0
    (study,) = json.loads(capsys.readouterr().out)["studies"]
    assert study["trials"] == {"ended": 4, "budget": 4}
    assert study["finished"]
    assert study["running"] is None
    assert study["mlflow"] == {"unsent_runs": 0, "server": None}
    scores = {cell["variant"]: cell["best"]["score"] for cell in study["cells"]}
    assert scores == dict(zip(result.leaderboard.variant, result.leaderboard.valid, strict=True))
    assert {cell["further"]["planned"] for cell in study["cells"]} == {1}


@pytest.mark.starts_workers
def test_a_study_of_which_more_trials_are_asked_is_unfinished(done, tmp_path):
    out = tmp_path / "copy"
    shutil.copytree(done[0], out)
    with closing(sqlite3.connect(out / "optuna.db")) as database, database:
        database.execute("UPDATE study_user_attributes SET value_json = 3 WHERE key = 'budget'")
    seen = in_folder(out)
    assert (seen.ended, seen.budget, seen.is_over) == (4, 6, False)


def test_a_running_study_is_seen_beside_the_process_that_writes_it(tmp_path, capsys):
    search, storage = begun(tmp_path)
    search.note(session={"at": "2026-11-29T08:00:00+00:00", "left": {"adding/gru": 1e9},
                         "workers": 2, "unsent": 3, "log": None})  # fmt: skip
    asked = search.ask(3)
    with owned(tmp_path):
        before = held(tmp_path)
        assert status([str(tmp_path)]) == 0
        assert held(tmp_path) == before
        search.tell(asked, record(score=0.05))  # the writer is not disturbed
        later = in_folder(tmp_path)
    said = capsys.readouterr().out
    assert f": process {os.getpid()} on {platform.node()} runs it, since 20" in said
    assert "3 of 5 trials have ended, 1 at work or waiting for a worker, about " in said
    assert "left with 2 workers; MLflow lacks something of 3 runs, as of 2026-11-29" in said
    assert "adding: best so far is gru, 0.3 mse on validation (trial 2)" in said
    assert later.ended == 4
    assert later.cells[0].best == {"trial": 3, "score": 0.05}
    assert 0 < later.seconds_left < 1e9  # it has gone by since
    storage.engine.dispose()


def test_who_was_killed_runs_it_no_longer(tmp_path, capsys):
    _, storage = begun(tmp_path)
    storage.engine.dispose()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    signed = {"process": ended.pid, "host": platform.node(), "since": "2026-11-29T08:00:00+00:00"}
    (tmp_path / "owner.json").write_text(json.dumps(signed))
    assert in_folder(tmp_path).holder is None
    signed["process"] = os.getpid()  # a later process with the number of the one that was killed
    old = signed | {"since": "2001-01-01T00:00:00+00:00"}
    (tmp_path / "owner.json").write_text(json.dumps(old))
    assert in_folder(tmp_path).holder is None
    (tmp_path / "owner.json").write_text(json.dumps(signed | {"host": "elsewhere"}))
    assert status([str(tmp_path)]) == 0
    assert "on elsewhere runs it, since 2026-11-29 08:00:00 UTC" in capsys.readouterr().out


def test_a_study_from_before_is_seen_as_far_as_it_is_known(tmp_path, capsys):
    storage = open_storage(tmp_path)
    (tmp_path / "study.json").write_text('{"seed": 0, "plans": [{"draws": 4}]}')
    search = make(storage, space={})
    search.tell(search.ask(0), record())
    storage.engine.dispose()
    assert status([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "nobody runs it; its command continues it" in said
    assert "1 of 4 trials have ended, time left not known; what MLflow lacks is not known" in said


def test_trials_are_counted_by_the_latest_record_of_their_slot(tmp_path):
    search, storage = begun(tmp_path, slots=1)
    search.tell(search.ask(1), make_record("failed", slot=1))
    search.tell(search.ask(2), make_record("pruned", slot=2))
    assert in_folder(tmp_path).cells[0].states == {"complete": 1, "pruned": 1, "failed": 1}
    search.retry_failed()
    again = search.ask(1)
    assert in_folder(tmp_path).cells[0].at_work == 1
    search.interrupted(again)
    assert in_folder(tmp_path).cells[0].at_work == 0
    search.retry_failed()
    search.tell(search.ask(1), record(score=0.1))
    (cell,) = in_folder(tmp_path).cells
    assert cell.states == {"complete": 2, "pruned": 1, "failed": 0}
    assert cell.best == {"trial": 1, "score": 0.1}
    storage.engine.dispose()


def test_a_file_is_read_with_what_its_log_holds_and_nothing_is_made(tmp_path):
    file = tmp_path / "optuna.db"
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t (n)")
        writer.execute("INSERT INTO t VALUES (7)")
        writer.commit()
        (copy := tmp_path / "copy").mkdir()  # as a backup makes one: without the log's index
        for name in ("optuna.db", "optuna.db-wal"):
            shutil.copy(tmp_path / name, copy)
        for folder in (tmp_path, copy):
            before = held(folder)
            with sqlite.reading(folder / "optuna.db") as connection:
                assert connection.execute("SELECT n FROM t").fetchall() == [(7,)]
                with pytest.raises(sqlite3.OperationalError, match="readonly"):
                    connection.execute("INSERT INTO t VALUES (8)")
            assert held(folder) == before
    assert not (tmp_path / "optuna.db-wal").exists()
    before = held(tmp_path)
    with sqlite.reading(file) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(7,)]
    assert held(tmp_path) == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "is empty"), (b"garbage" * 999, "file is not a database")],
)
def test_a_damaged_database_is_refused_in_a_line(tmp_path, capsys, content, reason):
    (tmp_path / "study.json").write_text('{"seed": 0}')
    (tmp_path / "optuna.db").write_bytes(content)
    assert status([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert reason in said


def test_a_folder_without_a_study_is_refused_and_stays_empty(tmp_path, capsys):
    assert status([str(tmp_path)]) == 2
    assert "holds no study" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


# -- on a server -----------------------------------------------------------------------------


ONE, OTHER = 32 * "a", 32 * "b"


@pytest.fixture
def shared(database):
    """The address of a database with two studies, of which this process runs the second."""
    url = address.checked(database)
    for study, slots in ((ONE, 1), (OTHER, 2)):
        storage = Served(url, study)
        search = make(storage, space={})
        search.note(metric="mse", budget=2, folder=f"/lab/{study[:1]}", host="alpha")
        for slot in range(slots):
            search.tell(search.ask(slot), record(score=0.5 - slot / 10))
        if study == ONE:
            storage.engine.dispose()
    yield database
    storage.engine.dispose()


def test_a_database_s_studies_are_listed_and_one_is_shown(shared, capsys):
    assert status([shared]) == 0
    said = capsys.readouterr().out
    first, second = said.splitlines()[1:]
    assert re.match(r"aaaaaaaa +/lab/a on alpha +1 of 2 .*nobody runs it", first)
    assert re.match(rf"bbbbbbbb +/lab/b on alpha +2 of 2 .*process {os.getpid()} on ", second)
    assert status([shared, "--study", "bb"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("study bbbbbbbb in /lab/b on alpha: process ")
    assert "best so far is gru, 0.4 mse on validation (trial 1)" in said


def test_a_password_may_stand_in_the_environment_and_is_not_shown(shared, capsys, monkeypatch):
    monkeypatch.setenv(address.VARIABLE, shared)
    bare = address.without_secrets(address.checked(shared))
    assert [view.ended for view in in_database(bare)] == [1, 2]
    assert status([bare, "--json"]) == 0
    said = capsys.readouterr().out
    assert PASSWORD not in said
    assert "p%40ss" not in said


def test_a_database_is_not_changed_by_who_looks(empty_database, capsys):
    assert status([empty_database]) == 2
    assert "holds no trials" in capsys.readouterr().err
    assert connecting.tables(address.checked(empty_database)) == set()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["mysql://me:secret@host/lab"], "storage begins with mysql://"),
        (["postgresql://me:secret@127.0.0.1:1/lab"], "cannot open the trials in 127.0.0.1:1/lab"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused(words, reason, capsys):
    pytest.importorskip("psycopg")
    assert status(words) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert "secret" not in said
    assert said.count("\n") == 1


def test_an_id_that_no_study_has_is_refused(shared):
    with refused(StudyError, "no study here has an id that begins with 'zz'"):
        in_database(shared, "zz")
