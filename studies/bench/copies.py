"""A study of any length, made from a short one: its trials are copied within its two databases.

The copies have numbers, slots and scores of their own, so that a leaderboard has something to
compare. Training 100,000 trials, however short, takes hours; copying them takes minutes, and what
is asked about afterwards reads the same rows.
"""

import sqlite3
from contextlib import closing

SPREAD = "(1 + (({slot} * 7919) % 1009) / 1009.0)"  # makes scores differ, without an order
CACHE = 2_000_000  # kB at most, while rows are copied
#: Columns that SQLite numbers itself are left out of a copy.
OWN_KEYS = ("param_id", "trial_value_id", "trial_user_attribute_id", "trial_system_attribute_id")


def multiply(out, times, metric):
    """Give a finished study so many times its trials.

    Args:
        out: the study's folder; nobody else uses it.
        times: how many trials each trial becomes, itself included.
        metric: name of the tasks' metric.

    Returns:
        number of trials that each cell then has on each task.
    """
    with closing(_connect(out / "optuna.db")) as trials:
        each = trials.execute("SELECT max(number) + 1 FROM trials").fetchone()[0]
        _trials(trials, each, times, metric)
        trials.commit()
    with closing(_connect(out / "mlflow.db")) as log:
        _runs(log, each, times)
        log.commit()
        log.execute("ANALYZE")
    return each * times


def _connect(file):
    db = sqlite3.connect(file)
    # Rows go to random places of an index, which hardly ever are in the cache of 2 MB.
    db.execute(f"PRAGMA cache_size = -{CACHE}")
    return db


def _trials(db, each, times, metric):
    last = db.execute("SELECT max(trial_id) FROM trials").fetchone()[0]
    _copies(db, times, f"""
        SELECT trial_id AS old, trial_id + {last} * k AS new, number + {each} * k AS slot
        FROM trials, times
    """)  # fmt: skip
    slot, spread = "c.slot", SPREAD.format(slot="c.slot")
    key = f"""'$.best."valid/{metric}"'"""
    record = f"""
        json_set(value_json, '$.slot', {slot}, '$.trial', {slot},
                 {key}, json_extract(value_json, {key}) * {spread})
    """
    _copy(db, "trials", "trial_id", {"number": slot})
    _copy(db, "trial_params", "trial_id")
    _copy(db, "trial_values", "trial_id", {"value": f"value * {spread}"})
    attributes = f"CASE key WHEN 'slot' THEN {slot} WHEN 'record' THEN {record} ELSE value_json END"
    _copy(db, "trial_user_attributes", "trial_id", {"value_json": attributes})
    _copy(db, "trial_system_attributes", "trial_id")


def _runs(db, each, times):
    _copies(db, times, f"""
        SELECT t.run_uuid AS old, lower(hex(randomblob(16))) AS new,
               CAST(t.value AS INTEGER) + {each} * k AS slot
        FROM tags t JOIN tags kind ON kind.run_uuid = t.run_uuid AND kind.key = 'kind', times
        WHERE t.key = 'slot' AND kind.value = 'trial'
    """)  # fmt: skip
    value = "CASE WHEN key IN ('slot', 'optuna.trial') THEN CAST(c.slot AS TEXT) ELSE value END"
    _copy(db, "runs", "run_uuid")
    for table in ("metrics", "latest_metrics", "params"):
        _copy(db, table, "run_uuid")
    _copy(db, "tags", "run_uuid", {"value": value})


def _copies(db, times, query):
    """The table ``copies``: what is copied to what, and the slot of the copy."""
    db.execute(f"""
        CREATE TEMP TABLE copies AS
        WITH RECURSIVE times(k) AS (
            SELECT 1 WHERE 1 < {times} UNION ALL SELECT k + 1 FROM times WHERE k + 1 < {times}
        )
        {query}
    """)  # fmt: skip
    db.execute("CREATE INDEX temp.by_old ON copies (old)")


def _copy(db, table, key, changed=None):
    names = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
    names = [name for name in names if name not in OWN_KEYS]
    given = {name: f"t.{name}" for name in names} | {key: "c.new"} | (changed or {})
    db.execute(f"""
        INSERT INTO {table} ({", ".join(names)})
        SELECT {", ".join(given[name] for name in names)}
        FROM {table} t JOIN copies c ON t.{key} = c.old
    """)  # fmt: skip
