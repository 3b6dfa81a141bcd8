"""Where the files of a study's runs lie, after its folder has been moved or copied.

MLflow keeps absolute addresses, and has no call to change those of experiments and runs that are
there. Left alone, the pages would show no figures, and new ones would go to the old place.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

#: The columns of MLflow's tables that hold addresses of files.
ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def of_task(artifacts, task):
    """The address of a task's files.

    Args:
        artifacts: the study's folder for them.
        task: its name.
    """
    return (Path(artifacts) / task).as_uri()


def follow(database, artifacts):
    """Let MLflow look for all files in the study's folder as it is now.

    Args:
        database: the study's ``mlflow.db``.
        artifacts: absolute path of the study's folder for them.

    Raises:
        sqlite3.Error: the file cannot be read or written.
    """
    home = Path(artifacts).as_uri()
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        found = [pair for pair in ADDRESSES if pair[0] in tables]
        with connection:  # all or nothing
            for old in _former(connection, Path(artifacts)) if tables else ():
                for table, column in found:
                    _replace(connection, table, column, f"{old}/", f"{home}/")


def _former(connection, artifacts):
    """Addresses of the folders in which the study's files were so far, but no longer are."""
    rows = connection.execute("SELECT name, artifact_location FROM experiments").fetchall()
    for name, location in rows:
        within = of_task(artifacts, name).removeprefix(artifacts.as_uri())
        if location.endswith(f"/artifacts{within}"):
            old = location.removesuffix(within)
            if old != artifacts.as_uri():
                yield old


def _replace(connection, table, column, old, new):
    """Replace the beginning of the values in a column that begin like this."""
    statement = (
        f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?"
    )
    connection.execute(statement, (new, len(old) + 1, len(old), old))
