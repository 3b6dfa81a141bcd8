"""Saving the records that a damaged database of trials still holds.

Rows are taken from the file's pages one by one, and told apart by their form, as Optuna 5 makes
them. What belongs together is written to a new database. A trial that lost its record stays there
as failed: its slot is open, and the numbers of the others stay as they are.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from optuna.distributions import json_to_distribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from ..errors import StudyError
from ..foundation import sqlite_pages
from ..trials.record import Record
from .search import STATES as ENDS
from .storage import Trials, silent

ATTRIBUTES = ("record", "slot", "reason")


@dataclass
class Found:
    """The rows of a damaged database, by the numbers that join them.

    Attributes:
        names, directions: of Optuna's studies.
        studies: {trial: study}.
        trials: {trial: (number, state, start, end)}.
        attributes, params, rungs: {trial: {name: value}}.
        scores: {trial: value}.
    """

    names: dict[int, str] = field(default_factory=dict)
    directions: dict[int, str] = field(default_factory=dict)
    studies: dict[int, int] = field(default_factory=dict)
    trials: dict[int, tuple] = field(default_factory=dict)
    attributes: dict[int, dict[str, Any]] = field(default_factory=dict)
    params: dict[int, dict[str, tuple]] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    rungs: dict[int, dict[int, float]] = field(default_factory=dict)

    def add(self, row):
        """Take a row up, if it has the form of one of Optuna's."""
        match row:
            case [int(study), str(name)] | [str(name), int(study)] if "/" in name:
                self.names[study] = name
            case [int(study), int(trial)]:  # of an index
                self.studies.setdefault(trial, study)
            case [int(), ("MINIMIZE" | "MAXIMIZE") as direction, int(study), 0]:
                self.directions[study] = direction
            case [int(trial), int(number), int(study), str(state), start, end] if (
                state in TrialState.__members__
            ):
                self.studies[trial] = study
                if self.trials.get(trial, (0, "RUNNING"))[1] == "RUNNING":  # an older copy of it
                    self.trials[trial] = (number, state, _time(start), _time(end))
            case [int(), int(trial), str(key), str(value)] if key in ATTRIBUTES:
                self.attributes.setdefault(trial, {})[key] = json.loads(value)
            case [int(), int(trial), str(name), int() | float() as value, str(distribution)]:
                entry = json_to_distribution(distribution)
                self.params.setdefault(trial, {})[name] = (float(value), entry)
            case [int(), int(trial), int(step), int() | float() as value, "FINITE"]:
                if step:
                    self.rungs.setdefault(trial, {})[step] = float(value)
                else:
                    self.scores[trial] = float(value)

    def records(self, study):
        """{number: (trial, its record)} of one of Optuna's studies, as far as they are whole."""
        found = {}
        for trial in [trial for trial, its in self.studies.items() if its == study]:
            record = _record(self.attributes.get(trial, {}).get("record"))
            number = self.trials[trial][0] if trial in self.trials else getattr(record, "trial", 0)
            if record is not None and record.trial == number:
                found[number] = trial, record
        return found

    def last(self, study):
        """The highest number of a trial of a study, whether or not its record is there; or -1."""
        numbers = [kept[0] for trial, kept in self.trials.items() if self.studies[trial] == study]
        return max([*numbers, *self.records(study)], default=-1)

    def frozen(self, trial, record, metric):
        """A trial as Optuna takes it, with its record; None if its score is lost or another one."""
        now, params = datetime.now(), self.params.get(trial, {})
        _, _, start, end = self.trials.get(trial, (0, "", now, now))
        value, state = None, ENDS[record.state]
        if record.state == "complete":
            measured = record.score("valid", metric)
            value = self.scores.get(trial, measured)
            if value is None or not math.isfinite(value) or (metric and value != measured):
                return None
        kept = {"slot": record.slot, "record": record.to_json()}
        return _frozen(
            state, value, start or now, end or now, kept,
            {name: entry.to_external_repr(value) for name, (value, entry) in params.items()},
            {name: entry for name, (_, entry) in params.items()}, self.rungs.get(trial, {}),
        )  # fmt: skip


def salvage(damaged, fresh, metrics):
    """Copy what can be read of a database of trials.

    Args:
        damaged: path of the database.
        fresh: path of the file to make.
        metrics: {task: its ``Metric``}, for what is lost of the scores; may lack some.

    Returns:
        number of records that were saved.
    """
    found = read(damaged)
    storage, saved = Trials(fresh), 0
    try:
        with silent():
            for study, name in sorted(found.names.items()):
                saved += _copy(found, study, storage, metrics.get(name.partition("/")[0]))
    finally:
        storage.engine.dispose()
    return saved


def read(damaged):
    """``Found``: the rows that a database still holds."""
    found = Found()
    for row in sqlite_pages.rows(damaged):
        try:
            found.add(row)
        except (ValueError, KeyError, TypeError):  # a row of this form, with no sense
            continue
    return found


def _copy(found, study, storage, metric):
    """Copy the trials of one study; returns the number of records."""
    direction = found.directions.get(study) or (metric and metric.direction.upper())
    if not direction:
        return 0
    new = storage.create_new_study([StudyDirection[direction]], found.names[study])
    records, saved = found.records(study), 0
    for number in range(found.last(study) + 1):  # each, so that Optuna counts as before
        frozen = None
        if number in records:
            frozen = found.frozen(*records[number], metric.name if metric else "")
        storage.create_new_trial(new, frozen or _lost())
        saved += frozen is not None
    return saved


def _lost():
    now = datetime.now()
    return _frozen(TrialState.FAIL, None, now, now, {"reason": "lost"}, {}, {}, {})


def _frozen(state, value, start, end, attributes, params, distributions, rungs):
    return FrozenTrial(
        number=-1, trial_id=-1, state=state, value=value, datetime_start=start,
        datetime_complete=end, params=params, distributions=distributions,
        user_attrs=attributes, system_attrs={}, intermediate_values=rungs,
    )  # fmt: skip


def _record(kept):
    try:
        return Record.from_json(kept) if kept else None
    except (StudyError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _time(text):
    return datetime.fromisoformat(text) if text else None
