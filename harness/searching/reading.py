"""Reading the trials of a study that this process does not own: it may be running."""

from pathlib import Path

from optuna.trial import TrialState

from ..errors import StudyError
from ..trials.record import Record
from . import served, where
from .connecting import said
from .storage import open_storage


def read(out, asked=None):
    """The records of a study; changes nothing.

    Args:
        out: the study's folder.
        asked: address of the database with its trials; see ``where.address_of``.

    Returns:
        {"task/variant" or "task/variant/round": its records, sorted by slot}. Runs that have not
        ended have no record.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    storage, prefix = opened(out, asked)
    with where.opening(out):
        return {
            study.study_name.removeprefix(prefix): _records(
                storage.get_all_trials(study._study_id, deepcopy=False)
            )
            for study in storage.get_all_studies()
            if study.study_name.startswith(prefix)
        }


def opened(out, asked=None):
    """A study's trials to be read only, and what the names of its Optuna studies begin with.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    if (address := where.address_of(out, asked)) is not None:
        with where.opening(said(address)):
            return served.reader(address), f"{where.id_of(out)}/"
    if not (Path(out) / "optuna.db").exists():
        raise StudyError(f"{out} holds no study: name the folder that --out named")
    return open_storage(out), ""


def _records(trials):
    found = {}
    for trial in trials:
        kept = trial.user_attrs.get("record")
        if kept is not None and trial.state is not TrialState.WAITING:
            record = Record.from_json(kept)
            found[record.slot] = record
    return [record for _, record in sorted(found.items())]
