"""Access to Optuna's database, and the reporter through which a worker asks about pruning.

Workers use Optuna only here, and only when pruning is on.
"""

import logging
import math
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import optuna
from optuna.trial import Trial

from ..errors import StudyError
from ..foundation import sqlite
from ..foundation.errors import first_line


def open_storage(out):
    """Open the database of trials, and create its tables if it is new.

    Args:
        out: the study's folder, for ``out/optuna.db``; or the URL of a database.

    Returns:
        optuna.storages.RDBStorage.

    Raises:
        StudyError: it cannot be opened.
    """
    url = str(out) if "://" in str(out) else sqlite.url(Path(out) / "optuna.db")
    try:
        if url.startswith("sqlite:///"):
            sqlite.quick(unquote(url.removeprefix("sqlite:///")))
        return optuna.storages.RDBStorage(url)
    except Exception as error:
        raise StudyError(f"cannot open the trials in {out}: {first_line(error)}") from error


@dataclass(frozen=True)
class Reporter:
    """A trial's link to the pruner, pickled for its worker: takes scores, says when to stop."""

    url: str
    study: str
    trial: int

    def __call__(self, epoch, value):
        """Report the validation metric of an epoch; True if the trial should be pruned."""
        if value is None or not math.isfinite(value):  # The training loop handles divergence.
            return False
        trial = Trial(_joined(self.url, self.study), self.trial)
        trial.report(value, epoch)
        return trial.should_prune()


@lru_cache
def _joined(url, name):
    # Prunes what is worse than the median at the same rung, once five trials have finished.
    pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    with silent():
        return optuna.load_study(study_name=name, storage=open_storage(url), pruner=pruner)


def rungs(epochs, first=0.5, most=10):
    """The epochs at which a trial reports to the pruner.

    They are few because each report is a database write that all workers queue for, and late
    because a task may be solved late.

    Args:
        epochs: number of epochs of the trial.
        first: share of the epochs before the first report.
        most: largest number of reports.

    Returns:
        list of epochs, counted from 1, without the last.
    """
    candidates = range(max(1, math.ceil(first * epochs)), epochs)
    return list(candidates[:: max(1, math.ceil(len(candidates) / most))])


@contextmanager
def silent():
    """Silence Optuna's messages inside the context."""
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
