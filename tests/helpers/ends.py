"""Processes and trials of a study that ends."""

import sqlite3
from contextlib import closing


def counts(out):
    """[{Optuna state: trials}, {MLflow status: runs}] of a study; writes nothing.

    Runs that were deleted, because another took their place, are left out.
    """
    found = []
    for file, column, table in (
        ("optuna.db", "state", "trials"),
        ("mlflow.db", "status", "runs where lifecycle_stage = 'active'"),
    ):
        if not (out / file).exists():  # on a server
            found.append({})
            continue
        with closing(sqlite3.connect(f"file:{out / file}?mode=ro", uri=True)) as database:
            query = f"select {column}, count(*) from {table} group by {column}"
            found.append(dict(database.execute(query).fetchall()))
    return found
