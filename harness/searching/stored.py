"""Reading records from a study's database, without Optuna's trials around them.

Curves are most of a record, and only the best trial's are ever drawn. So whoever wants all trials
reads them without, and the curves stay in the database.
"""

import json

from optuna.exceptions import StorageInternalError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..trials.record import Record, brief

CHUNK = 200  # records decoded at a time: their keys are then stored once
SELECT = """
    SELECT {value} FROM trials JOIN trial_user_attributes USING (trial_id)
    WHERE trials.study_id = :study AND key = 'record' AND state != 'WAITING'
"""
# SQLite leaves the curves out itself, which is faster than reading them. Replaced, not removed: a
# record that lacks them is of another version.
SHORT = """
    json_replace(value_json, '$.curves', json('{}'), '$.over', json('{}'), '$.confusion', NULL)
"""
SCORES = """
    SELECT number, value FROM trials JOIN trial_values USING (trial_id)
    WHERE study_id = :study AND state = 'COMPLETE'
"""


def records(storage, study, curves=True):
    """The records of a search, in the order of its trials: the last one of a slot counts.

    Args:
        storage: ``RDBStorage``.
        study: Optuna's id of the search.
        curves: whether they have their curves; see ``record.brief``.

    Returns:
        list of Record.

    Raises:
        StudyError: another version of gatelab wrote one.
    """
    shortened = not curves and storage.engine.dialect.name == "sqlite"
    query = SELECT.format(value=SHORT if shortened else "value_json") + " ORDER BY trial_id"

    def read(connection):
        chunked = connection.execution_options(yield_per=CHUNK)
        rows = chunked.execute(text(query), {"study": study}).scalars()
        return [each for chunk in rows.partitions(CHUNK) for each in _decoded(chunk, curves)]

    return _asked(storage, read)


def _decoded(chunk, curves):
    records = map(Record.from_json, json.loads(f"[{','.join(chunk)}]"))
    return [*records] if curves else [*map(brief, records)]


def whole(storage, study, number):
    """The record of a trial, by its number in Optuna; None if it has none."""
    query = text(f"{SELECT.format(value='value_json')} AND number = :number")
    given = {"study": study, "number": number}
    kept = _asked(storage, lambda connection: connection.execute(query, given).scalar())
    return None if kept is None else Record.from_json(json.loads(kept))


def by_slot(records):
    """The latest record of each slot, sorted by slot."""
    return [record for _, record in sorted({record.slot: record for record in records}.items())]


def with_best(storage, study, found, maximize):
    """Records without curves, but for the best, which gets its own back.

    Args:
        storage, study: see ``records``.
        found: list of records, sorted by slot.
        maximize: whether a higher score is better.
    """
    scores = dict(_asked(storage, lambda c: c.execute(text(SCORES), {"study": study}).all()))
    complete = [record for record in found if record.state == "complete"]
    sign = -1 if maximize else 1
    best = min(complete, key=lambda record: sign * scores[record.trial], default=None)
    return restored(found, best and whole(storage, study, best.trial))


def restored(found, best):
    """The records, with the best one in place of that of the same slot; it may be None."""
    return [best if best and record.slot == best.slot else record for record in found]


def _asked(storage, read):
    """``read(connection)``, with the errors of Optuna's own methods, and with the same patience."""

    def access():
        try:
            with storage.engine.connect() as connection:
                return read(connection)
        except SQLAlchemyError as error:
            raise StorageInternalError("the trials cannot be read") from error

    patiently = getattr(storage, "patiently", None)
    return patiently(access) if patiently else access()
