"""What a study's MLflow file holds, read without MLflow.

That takes seconds to load, and would make an object with all values of each run.
"""

import sqlite3
from contextlib import closing
from itertools import groupby

from ..foundation import sqlite
from .finding import PARENT, SETTLED, short
from .runs import STATUS

STATES = ", ".join(f"'{state}'" for state in STATUS)
ENDED = f"""
    SELECT count(*) FROM runs JOIN tags AS kind USING (run_uuid) JOIN tags AS state USING (run_uuid)
    WHERE lifecycle_stage = 'active' AND kind.key = 'kind' AND kind.value = 'trial'
    AND state.key = 'state' AND state.value IN ({STATES})
"""
RUNNING = "SELECT count(*) FROM runs WHERE lifecycle_stage = 'active' AND status = 'RUNNING'"

WANTED = ", ".join("?" * len(SETTLED))
TRIALS = f"""
    SELECT run.run_uuid, run.status, run.start_time, tag.key, tag.value
    FROM runs AS run
    JOIN tags AS kind ON kind.run_uuid = run.run_uuid AND kind.key = 'kind'
    JOIN tags AS variant ON variant.run_uuid = run.run_uuid AND variant.key = 'variant'
    LEFT JOIN tags AS tag ON tag.run_uuid = run.run_uuid AND tag.key IN ({WANTED})
    WHERE run.experiment_id = ? AND run.lifecycle_stage = 'active'
    AND kind.value != 'study' AND variant.value = ?
    ORDER BY run.start_time DESC, run.run_uuid
"""

CHILDREN = """
    SELECT run_uuid FROM tags JOIN runs USING (run_uuid)
    WHERE key = ? AND value = ? AND lifecycle_stage = 'active'
"""


def children(database, parent_id):
    """The ids of the runs below a parent run; see ``trials``."""
    with closing(sqlite3.connect(database)) as connection:
        return [run_id for (run_id,) in connection.execute(CHILDREN, (PARENT, parent_id))]


def trials(database, experiment, variant):
    """All runs of a variant's trials and of what followed them, the newest first.

    Args:
        database: path of the file, which is there.
        experiment: id of the task's experiment.
        variant: name.

    Returns:
        list of ``finding.short``.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(TRIALS, (*SETTLED, int(experiment), variant))
        return [
            short(run_id, status, start, {key: value for *_, key, value in tags if key})
            for (run_id, status, start), tags in groupby(rows, key=lambda row: row[:3])
        ]


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
