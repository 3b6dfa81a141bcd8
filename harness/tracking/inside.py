"""What a study's MLflow file holds, read without MLflow, which takes seconds to load."""

import sqlite3

from ..foundation import sqlite
from .runs import STATUS

STATES = ", ".join(f"'{state}'" for state in STATUS)
ENDED = f"""
    SELECT count(*) FROM runs JOIN tags AS kind USING (run_uuid) JOIN tags AS state USING (run_uuid)
    WHERE lifecycle_stage = 'active' AND kind.key = 'kind' AND kind.value = 'trial'
    AND state.key = 'state' AND state.value IN ({STATES})
"""
RUNNING = "SELECT count(*) FROM runs WHERE lifecycle_stage = 'active' AND status = 'RUNNING'"


def ended(database):
    """Number of trials that have ended; 0 where there is no log, or none that can be read."""
    return _count(database, ENDED)


def running(database):
    """Number of runs that have not ended; 0 where there is no log, or none that can be read."""
    return _count(database, RUNNING)


def _count(database, query):
    try:
        with sqlite.reading(database) as connection:
            return connection.execute(query).fetchone()[0]
    except (sqlite3.Error, OSError):
        return 0
