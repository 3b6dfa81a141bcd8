"""What a study has left, without what differs from run to run: times, memory, ids."""

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from gatelab.reporting.ledger import Ledger
from gatelab.searching import reading

#: Costs that are measured; the number of parameters is counted.
MEASURED = ("seconds", "seconds_per_epoch", "milliseconds_per_sequence", "peak_megabytes")
SHOWN = 4  # differences that are named one by one
LATENCY = "latency/"  # curves that are measured, too
#: MLflow's own files, in folders named by runs' ids: old ones stay beside new ones. Databases are
#: read; trials in PostgreSQL have no file, and SQLite keeps others beside one that is open.
NOT_COMPARED = ("artifacts/", "optuna.db", "mlflow.db")
RUNS = "SELECT run_uuid, status, lifecycle_stage FROM runs"
METRICS = """
    SELECT key, step, value, is_nan FROM metrics
    WHERE run_uuid = ? AND key NOT LIKE 'cost/%' AND key NOT LIKE 'latency/%'
    ORDER BY key, step, value
"""


@dataclass(frozen=True)
class Outcome:
    """All that has to be the same as in an undisturbed run.

    Attributes:
        records: {"task/variant/round#slot": record}.
        board: rows of the leaderboard.
        weights: {path: checksum of the arrays}.
        states: {state of Optuna: trials}; those that were interrupted are not counted.
        runs: {name in MLflow: (status, checksum of its metrics)}.
        files: names of all files in the study's folder.
    """

    records: dict[str, Any]
    board: list[dict[str, Any]]
    weights: dict[str, str]
    states: dict[str, int]
    runs: dict[str, Any]
    files: list[str]

    @classmethod
    def of(cls, out, storage=None):
        """Read a study that is over.

        Args:
            out: its folder.
            storage: address of the database with its trials; None for the folder's file.
        """
        out = Path(out)
        return cls(
            {
                f"{name}#{record.slot}": _comparable(record)
                for name, records in reading.read(out, storage).items()
                for record in records
            },
            _board(out, storage),
            {_name(file, out): _arrays(file) for file in out.glob("weights/**/*.npz")},
            _states(out, storage),
            _runs(out / "mlflow.db"),
            _files(out),
        )

    def differences(self, other):
        """What is other than in ``other``, in words.

        Args:
            other: the undisturbed run's.
        """
        found = []
        for part in (field.name for field in fields(self)):
            mine, its = getattr(self, part), getattr(other, part)
            if mine != its:
                found.append(f"{part}: {'; '.join(_told(mine, its))}")
        return found


def _comparable(record):
    kept = record.to_json()
    kept["cost"] = {k: v for k, v in kept["cost"].items() if k not in MEASURED}
    kept["over"] = {k: v for k, v in kept["over"].items() if not k.startswith(LATENCY)}
    del kept["trial"]  # Optuna's number: interrupted trials have numbers, too
    return kept


def _board(out, storage):
    board = Ledger.read(out, storage).leaderboard().drop(columns="seconds_per_trial")
    return [{k: repr(v) for k, v in row.items()} for row in board.to_dict("records")]


def _arrays(file):
    digest = hashlib.sha256()
    with np.load(file, allow_pickle=False) as kept:
        for name in sorted(kept.files):
            value = kept[name]
            digest.update(f"{name} {value.dtype} {value.shape}".encode() + value.tobytes())
    return digest.hexdigest()


def _states(out, storage):
    trials, prefix = reading.opened(out, storage)
    counts = Counter(
        trial.state.name
        for study in trials.get_all_studies()
        if study.study_name.startswith(prefix)
        for trial in trials.get_all_trials(study._study_id, deepcopy=False)
    )
    return {state: n for state, n in sorted(counts.items()) if state != "FAIL"}


def _runs(file):
    """The runs that count. One that was interrupted, or never began, stands for no record."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as log:
        found = Counter()
        for run, status, stage in log.execute(RUNS).fetchall():
            if status == "RUNNING":
                found["RUNNING"] += 1
            elif stage == "active" and status != "KILLED":
                metrics = hashlib.sha256(repr(log.execute(METRICS, [run]).fetchall()).encode())
                found[f"{_called(log, run)} {status} {metrics.hexdigest()[:8]}"] += 1
    return dict(sorted(found.items()))


def _called(log, run):
    tags = dict(log.execute("SELECT key, value FROM tags WHERE run_uuid = ?", [run]).fetchall())
    names = ("task", "variant", "kind", "search", "slot")
    return " ".join(tags[name] for name in names if name in tags)


def _files(out):
    names = (_name(file, out) for file in out.rglob("*") if file.is_file())
    return sorted(name for name in names if not name.startswith(NOT_COMPARED))


def _name(file, out):
    return file.relative_to(out).as_posix()


def _told(mine, its):
    """The first differences between two dicts, or lists, in words."""
    if not isinstance(mine, dict):
        mine, its = ({str(each): each for each in part} for part in (mine, its))
    keys = [key for key in sorted({*mine, *its}) if mine.get(key) != its.get(key)]
    for key in keys[:SHOWN]:
        word = "changed" if key in mine and key in its else "too many" if key in mine else "lacking"
        yield f"{key} is {word}"
    if len(keys) > SHOWN:
        yield f"{len(keys) - SHOWN} more"
