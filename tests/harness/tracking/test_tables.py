"""The tables of a new log are there as a whole or not at all."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from helpers.tracked import opened
from mlflow import MlflowClient

from gatelab.foundation import cache_folder
from gatelab.tracking import tables


@pytest.fixture
def no_template(tmp_path, monkeypatch):
    """An empty cache folder."""
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setattr(cache_folder, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def run_sql(database, *statements):
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_log_begins_empty_and_its_default_experiment_is_its_own(tmp_path):
    opened(tmp_path).flush()
    (only,) = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").search_experiments()
    assert only.name == "Default"
    assert str(cache_folder.folder()) not in only.artifact_location
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("mlflow.db")) == []


def test_stopped_while_the_tables_are_made_nothing_is_left(no_template, tmp_path, monkeypatch):
    def stopped(file):
        file.write_bytes(b"the first tables")
        raise KeyboardInterrupt

    monkeypatch.setattr(tables, "_make", stopped)
    with pytest.raises(KeyboardInterrupt):
        tables.prepare(tmp_path / "mlflow.db")
    assert [*no_template.iterdir()] == []
    assert not (tmp_path / "mlflow.db").exists()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE _alembic_tmp_experiments (x)"],
        ["DROP TABLE runs", "DROP TABLE experiments", "DELETE FROM alembic_version"],
        ["UPDATE alembic_version SET version_num = '90e64c465722'"],
    ],
    ids=["within a step", "the first steps", "between two steps"],
)
def test_a_file_that_was_left_half_made_is_put_aside_and_made_anew(statements, tmp_path):
    database = tmp_path / "mlflow.db"
    shutil.copyfile(tables.template(), database)
    run_sql(database, *statements)
    half = database.read_bytes()
    assert opened(tmp_path).flush()
    assert (tmp_path / "mlflow.half-made.db").read_bytes() == half


def test_a_cache_that_cannot_hold_the_template_holds_up_no_log(no_template, tmp_path):
    """A home without quota, and a study on another disk."""
    no_template.rmdir()
    for _ in range(2):
        assert opened(tmp_path).flush()
        assert not (tmp_path / "mlflow.half-made.db").exists()


def test_a_log_that_holds_runs_is_never_put_aside(tmp_path):
    tracker = opened(tmp_path)
    tracker.start_parent("adding", "gru")
    tracker.close()
    run_sql(tmp_path / "mlflow.db", "UPDATE alembic_version SET version_num = '90e64c465722'")
    tables.prepare(tmp_path / "mlflow.db")
    assert not tables.is_half_made(tmp_path / "mlflow.db")
    assert not (tmp_path / "mlflow.half-made.db").exists()


def test_an_empty_file_is_no_log(tmp_path):
    (tmp_path / "mlflow.db").touch()
    assert opened(tmp_path).flush()
