"""Reading the trials of a study that this process does not own: it may be running."""

from pathlib import Path

from optuna.trial import TrialState

from ..errors import StudyError
from ..trials.record import Record
from .storage import open_storage


def read(out):
    """The records in a study's folder; changes nothing.

    Args:
        out: the study's folder.

    Returns:
        {name of the Optuna study: its records, sorted by slot}. Runs that have not ended have no
        record.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    if not (Path(out) / "optuna.db").exists():
        raise StudyError(f"{out} holds no study: name the folder that --out named")
    storage = open_storage(out)
    return {
        study.study_name: _records(storage.get_all_trials(study._study_id, deepcopy=False))
        for study in storage.get_all_studies()
    }


def _records(trials):
    found = {}
    for trial in trials:
        kept = trial.user_attrs.get("record")
        if kept is not None and trial.state is not TrialState.WAITING:
            record = Record.from_json(kept)
            found[record.slot] = record
    return [record for _, record in sorted(found.items())]
