"""Reading the trials of a study that this process does not own: it may be running."""

from pathlib import Path

from optuna.study import StudyDirection

from . import served, stored, study_json, where
from .connecting import said
from .storage import Reader


def read(out, asked=None, curves=True):
    """The records of a study; changes nothing.

    Args:
        out: the study's folder.
        asked: address of the database with its trials; see ``where.address_of``.
        curves: whether all records have their curves, or the best one of each only; see
            ``record.brief``.

    Returns:
        {"task/variant" or "task/variant/round": its records, sorted by slot}. Runs that have not
        ended have no record.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    storage, prefix = opened(out, asked)
    with where.opening(Path(out)):
        return {
            study.study_name.removeprefix(prefix): _records(storage, study, curves)
            for study in storage.get_all_studies()
            if study.study_name.startswith(prefix)
        }


class Stored:
    """The trials of a study, from which one record at a time is read.

    Args:
        out, asked: see ``read``; nothing is opened before the first record is asked for.
    """

    def __init__(self, out, asked=None):
        self.out, self.asked, self._opened = out, asked, None

    def whole(self, *path):
        """The record of a run.

        Args:
            path: task, variant, the round if it belongs to one, and its number in Optuna.
        """
        *names, number = path
        if self._opened is None:
            self._opened = opened(self.out, self.asked)
        storage, prefix = self._opened
        name = f"{prefix}{'/'.join(filter(None, names))}"
        return stored.whole(storage, storage.get_study_id_from_name(name), number)

    def close(self):
        """Close the database; it is opened again if another record is asked for."""
        if self._opened is not None:
            storage, _ = self._opened
            self._opened = None
            storage.engine.dispose()


def opened(out, asked=None):
    """A study's trials to be read only, and what the names of its Optuna studies begin with.

    Raises:
        StudyError: there are no trials in the folder, or they cannot be read.
    """
    if (address := where.address_of(out, asked)) is not None:
        with where.opening(said(address)):
            return served.reader(address), f"{where.id_of(out)}/"
    file = study_json.trials_of(out)
    with where.opening(Path(out)):
        return Reader(file), ""


def _records(storage, study, curves):
    key = study._study_id
    found = stored.by_slot(stored.records(storage, key, curves))
    if curves:
        return found
    return stored.with_best(storage, key, found, study.direction is StudyDirection.MAXIMIZE)


def any_ended(storage):
    """Whether a study's database, from ``open_storage``, holds the record of any trial."""
    return any(
        any(stored.records(storage, study._study_id, curves=False))
        for study in storage.get_all_studies()
        if study.study_name.startswith(storage.prefix)
    )
