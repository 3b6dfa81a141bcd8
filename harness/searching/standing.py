"""How far the searches of a study are, counted by the database: no record is read.

Nothing is changed or locked, so a study may be watched by anybody while it runs.
"""

import json
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..foundation import sqlite
from . import connecting, study_json, where

MINE = "substr(s.study_name, 1, length(?)) = ?"
SEARCHES = f"""
    SELECT s.study_id, s.study_name, d.direction
    FROM studies s JOIN study_directions d ON d.study_id = s.study_id
    WHERE {MINE} ORDER BY s.study_id
"""
NOTES = f"""
    SELECT a.study_id, a.key, a.value_json
    FROM study_user_attributes a JOIN studies s ON s.study_id = a.study_id WHERE {MINE}
"""
TRIALS = f"""
    SELECT t.study_id, t.state, slot.value_json, v.value, r.trial_id
    FROM trials t JOIN studies s ON s.study_id = t.study_id
    JOIN trial_user_attributes slot ON slot.trial_id = t.trial_id AND slot.key = 'slot'
    LEFT JOIN trial_user_attributes r ON r.trial_id = t.trial_id AND r.key = 'record'
    LEFT JOIN trial_values v ON v.trial_id = t.trial_id
    WHERE {MINE} AND t.state <> 'WAITING' ORDER BY t.study_id, t.number
"""
RECORD = """
    SELECT r.value_json
    FROM trials t JOIN studies s ON s.study_id = t.study_id
    JOIN trial_user_attributes slot ON slot.trial_id = t.trial_id AND slot.key = 'slot'
    JOIN trial_user_attributes r ON r.trial_id = t.trial_id AND r.key = 'record'
    WHERE s.study_name = ? AND slot.value_json = ? ORDER BY t.number DESC LIMIT 1
"""


@dataclass
class Standing:
    """How far one of Optuna's studies is: the trials of a cell on a task, or one of its rounds.

    Attributes:
        name: as Optuna has it: "adding/gru", "adding/gru/best 3"; on a server the id of the study
            stands before it.
        direction: "minimize" or "maximize".
        notes: {name: value}, what the study has noted of itself; see ``Search.note``.
        ended: {slot: state of its latest record in Optuna's words}.
        running: number of trials without a record that have not been ended.
        best: (slot, validation score) of the best complete trial, the first of equals; or None.
    """

    name: str
    direction: str
    notes: dict[str, Any] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    running: int = 0
    best: tuple[int, float] | None = None

    def count(self, slot, state, value, has_record):
        """Count a trial."""
        if not has_record:
            self.running += state == "RUNNING"
            return
        self.ended[slot] = state
        better = min if self.direction == "minimize" else max
        if state == "COMPLETE" and value is not None and math.isfinite(value):
            found = slot, float(value)
            self.best = better(self.best or found, found, key=lambda each: each[1])


def of_folder(out, asked=None):
    """The standings of the study in a folder.

    Args:
        out: the folder.
        asked: address of the database with its trials; see ``where.address_of``.

    Returns:
        list of ``Standing``, in the order in which they were opened.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    with _folder(out, asked) as (rows, prefix):
        return _standings(rows, prefix)


def record(out, name, slot, asked=None):
    """The record of a slot, as ``Record.to_json`` gives it, and nothing else; None without one.

    Args:
        out, asked: see ``of_folder``.
        name: of the search, such as "adding/gru" or "adding/gru/best 3".
        slot: of the budget.

    Raises:
        StudyError: as ``of_folder`` does.
    """
    with _folder(out, asked) as (rows, prefix):
        found = rows(RECORD, f"{prefix}{name}", str(slot))
    return json.loads(found[0][0]) if found else None


def on_server(address):
    """The standings of all studies on a server; an id stands before each name.

    Raises:
        StudyError: the database cannot be read, or holds no trials.
    """
    with _server(address) as rows:
        return _standings(rows, "")


@contextmanager
def _folder(out, asked):
    """(function from a query and its values to its rows, what the names of searches begin with)."""
    if address := where.address_of(out, asked):
        with _server(address) as rows:
            yield rows, f"{where.id_of(out)}/"
        return
    file = study_json.trials_of(out)
    with where.opening(Path(out)), sqlite.reading(file) as connection:
        yield lambda query, *values: connection.execute(query, values).fetchall(), ""


@contextmanager
def _server(address):
    with where.opening(connecting.said(address)):
        from . import served

        served.check_trials(address)
        with connecting.connected(address, connecting.READ_ONLY) as connection:
            yield lambda query, *values: connection.execute(
                query.replace("?", "%s"), values
            ).fetchall()


def _standings(rows, prefix):
    """What the database says, each query of all searches at once."""
    mine = (prefix, prefix)
    found = {
        key: Standing(name.removeprefix(prefix), direction.lower())
        for key, name, direction in rows(SEARCHES, *mine)
    }
    for key, name, value in rows(NOTES, *mine):
        found[key].notes[name] = json.loads(value)
    for key, state, slot, value, record in rows(TRIALS, *mine):
        if key in found:  # else it was begun since
            found[key].count(int(json.loads(slot)), state, value, record is not None)
    return [*found.values()]
