"""Opening the slot of a trial again whose record counts no more."""

from pathlib import Path

from sqlalchemy import text

from . import where
from .storage import open_storage

ITS = """
    SELECT trial_id FROM trials JOIN studies USING (study_id)
    WHERE study_name = :name AND number = :number
"""
FORGET = (
    f"DELETE FROM trial_user_attributes WHERE key = 'record' AND trial_id IN ({ITS})",
    f"DELETE FROM trial_values WHERE trial_id IN ({ITS})",
    f"UPDATE trials SET state = 'FAIL' WHERE trial_id IN ({ITS})",
)


def forget(out, name, number):
    """Take the record from a trial, which then has failed without one; Optuna keeps its number.

    Args:
        out: the study's folder, which this process owns.
        name: of the search, such as "adding/gru".
        number: of the trial in Optuna.

    Raises:
        StudyError: the database cannot be written.
    """
    storage = open_storage(out)
    try:
        with where.opening(Path(out)), storage.engine.begin() as connection:
            for statement in FORGET:
                given = {"name": f"{storage.prefix}{name}", "number": number}
                connection.execute(text(statement), given)
    finally:
        storage.engine.dispose()
