"""The tables of a study's MLflow file: there as a whole, or not at all.

MLflow makes the tables of a new file in a hundred steps, which take some five seconds. A process
that ends in between leaves a file that MLflow refuses from then on. So the tables are made in
another file, once per version of MLflow, which stays in the cache folder as a template; a new log
is a copy of it that appears in one step.
"""

import logging
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from ..errors import StudyError
from ..foundation import cache_folder, sqlite
from ..foundation.errors import first_line
from ..searching.study_json import way_out

HALF_MADE = "_alembic_tmp_"  # tables that exist only within a step of MLflow's


def prepare(database):
    """Make a study's MLflow file, unless it is there.

    A file whose tables were begun but not finished, by gatelab 0.1 or by MLflow itself, is put
    aside as ``mlflow.half-made.db`` and replaced: what was in it is logged again from the records.

    Args:
        database: path of ``mlflow.db``.

    Raises:
        OSError: the folder cannot be written.
        sqlite3.Error: the file is no database, or it is locked.
    """
    database = Path(database)
    if database.exists() and database.stat().st_size and not is_half_made(database):
        return
    whole = _template()
    if database.exists() and database.stat().st_size:
        database.replace(database.with_name("mlflow.half-made.db"))
    for beside in ("-wal", "-shm"):  # of the file that was there
        database.with_name(database.name + beside).unlink(missing_ok=True)
    _placed(database, (lambda draft: shutil.copyfile(whole, draft)) if whole else _make)


def wrong(database):
    """Why MLflow would refuse a file, as far as can be told without MLflow; None if it would not.

    Raises:
        sqlite3.DatabaseError: the file is no database, or it is damaged.
        OSError: there is no folder for it.
    """
    if not Path(database).exists():
        os.stat(Path(database).parent)
        return None
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            used = "runs" in names and connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone()
            revision = _revision(connection, names)
    except sqlite3.OperationalError:  # somebody holds it: it can wait
        return None
    if not used or not _is_sound(_kept()) or revision == _revision_of(_kept()):
        return None
    return (
        f"its tables are those of another version of MLflow, {revision}; make a copy of the file, "
        f"then: mlflow db upgrade {sqlite.url(database)}"
    )


def check(database):
    """Refuse, without MLflow, a file that MLflow would not open.

    Raises:
        StudyError: says why.
    """
    try:
        if why := wrong(database):
            raise StudyError(f"cannot open the log {database}: {why}")
    except (sqlite3.Error, OSError) as error:
        out = Path(database).parent
        advice = f"; it can be made again from the study's records: {way_out(out)}"
        raise StudyError(
            f"cannot open the log {database}: {first_line(error)}"
            f"{advice if Path(database).exists() else ''}"
        ) from error


def is_half_made(database):
    """Whether MLflow was stopped while it made the tables: in a step, or between two."""
    with closing(sqlite3.connect(database)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if any(name.startswith(HALF_MADE) for name in names):
            return True
        if "runs" in names and connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone():
            return False  # in use, perhaps by another version of MLflow, which says so itself
        whole = _template()
        return bool(whole) and _revision(connection, names) != _revision_of(whole)


def template():
    """The path of an MLflow file without experiments; made if the cache has none, or a bad one."""
    if not _is_sound(_kept()):
        _placed(_kept(), _make)
    return _kept()


def _template():
    """As ``template``; None if the cache cannot hold it: its disk is full, or has no more quota."""
    try:
        return template()
    except Exception:
        return None


def _kept():
    return cache_folder.folder() / f"mlflow-{version('mlflow')}.db"


def _is_sound(file):
    return not sqlite.damage(file)


def _make(file):
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    logging.getLogger("mlflow").setLevel(logging.CRITICAL)  # it sets its own level when loaded
    store = SqlAlchemyStore(sqlite.url(file), file.parent.as_uri())
    store.engine.dispose()
    with closing(sqlite3.connect(file)) as connection, connection:
        # The default experiment knows where the file lies: MLflow makes it again for each.
        connection.execute("DELETE FROM experiments")


def _placed(path, write):
    """Write a file under another name in its folder, and rename it."""
    with tempfile.TemporaryDirectory(prefix=".mlflow-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        write(draft)
        os.replace(draft, path)


def _revision(connection, names):
    if "alembic_version" not in names:
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return found and found[0]


def _revision_of(database):
    with closing(sqlite3.connect(database)) as connection:
        return _revision(connection, {"alembic_version"})
