"""Somebody else's study: its folder can be read, and nobody can write to it."""

import shutil

import pytest
from helpers.damaged import doctor, numbers
from helpers.disks import read_only

from gatelab import Result
from gatelab.__main__ import main
from gatelab.cli import ui
from gatelab.foundation import sqlite
from gatelab.searching.storage import open_storage
from gatelab.tracking import inside

pytestmark = pytest.mark.starts_workers


@pytest.fixture
def theirs(out):
    """A finished study's folder, which cannot be written."""
    with read_only(out):
        yield out


def test_whoever_may_read_a_study_gets_its_answer(theirs, capsys):
    assert len(Result.load(theirs).trials) == 12
    assert doctor(capsys, theirs) == (0, [f"{theirs}: nothing is wrong"])
    for words in (["status", theirs], ["report", theirs], ["replay", theirs, "adding/gru#1"]):
        assert main([*map(str, words)]) == 0, words
    said = capsys.readouterr().out
    assert "gru against standard on adding: not decided" in said
    assert f"no page: {theirs} cannot be written" in said
    assert "adding/gru#1: the same to the bit" in said


def test_whoever_would_write_is_refused_in_a_line(theirs, capsys):
    for words in (["sync"], ["doctor", "--mend"]):
        assert main([words[0], str(theirs), *words[1:]]) == 2
        assert f"cannot write to {theirs}: Read-only file system" in capsys.readouterr().err


def test_mlflow_shows_a_copy_of_its_log(theirs, monkeypatch, capsys):
    """MLflow would end with a traceback: it writes to any file that it opens."""
    seen = {}

    def serve(log, artifacts, port):
        seen.update(log=log, artifacts=artifacts, ended=inside.ended(log), page=[*ui.links(log, 1)])

    monkeypatch.setattr(ui, "_serve", serve)
    ui.serve(theirs, 5999)
    assert (seen["ended"], len(seen["page"])) == (12, 1)
    assert seen["log"].parent != theirs
    assert not seen["log"].exists()
    assert "a copy of its log is shown" in capsys.readouterr().out


def test_a_moved_study_shows_its_files_at_once(out, tmp_path, monkeypatch):
    moved, found = out.rename(tmp_path / "moved"), []

    def serve(log, artifacts, port):
        with sqlite.reading(log) as connection:
            found.extend(connection.execute("SELECT artifact_uri FROM runs").fetchall())

    monkeypatch.setattr(ui, "_serve", serve)
    ui.serve(moved, 5999)
    assert found
    assert all(uri.startswith(f"{(moved / 'artifacts').as_uri()}/") for (uri,) in found)


def test_a_study_that_is_being_written_is_read_as_it_is(out, tmp_path):
    """Its last trials are in the write-ahead log only; a copy of the two files has them, too."""
    storage = open_storage(out)
    try:
        key = next(s for s in storage.get_all_studies() if s.study_name == "adding/gru")._study_id
        storage.create_new_trial(key)
        assert (out / "optuna.db-wal").stat().st_size
        assert sum(map(len, numbers(out).values())) == 12
        copy = shutil.copytree(out, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
        before = {path.name for path in copy.iterdir()}
        assert numbers(copy) == numbers(out)
        assert {path.name for path in copy.iterdir()} == before
    finally:
        storage.engine.dispose()
