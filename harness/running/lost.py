"""Trials that a study's database has lost, and the study's other files still show.

Trained again as if nothing had happened, they would stand in the log twice.
"""

import csv
from pathlib import Path

from ..errors import StudyError
from ..searching import study_json
from ..tracking import inside

LOG, TABLE = "mlflow.db", "trials.csv"


def refuse(out, place):
    """Refuse a study without trials whose folder shows that there have been some.

    Args:
        out: the study's folder.
        place: where the trials should be, in words.

    Raises:
        StudyError: there have been trials.
    """
    if shown := traces(out):
        raise StudyError(
            f"{place} holds no trials, but {shown}: put a copy of the trials back, or have all of "
            f"them trained again; {study_json.way_out(out)}"
        )


def traces(out):
    """What a folder shows of trials that have ended, in words; "" if it shows none."""
    for file, count in ((LOG, inside.ended(Path(out) / LOG)), (TABLE, _rows(Path(out) / TABLE))):
        if count:
            return f"{file} shows {count} that ended"
    return ""


def _rows(table):
    """Number of rows of a table that a study has written; 0 if there is none."""
    try:
        with open(table, newline="", encoding="utf-8") as file:
            return max(0, sum(1 for _ in csv.reader(file)) - 1)
    except (OSError, ValueError, csv.Error):
        return 0
