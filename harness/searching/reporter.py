"""How a process reaches the trials: the database, and what a worker reports to.

Workers touch Optuna here only, and only when pruning is on.
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
    """The database of trials: ``out/optuna.db``, or a URL for a team's own. Creates the tables.

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
    """A trial as its worker sees it, pickled: takes scores at the rungs, says when to stop."""

    url: str
    study: str
    trial: int

    def __call__(self, epoch, value):
        """Report the validation metric of an epoch; True if the trial is to be pruned."""
        if value is None or not math.isfinite(value):  # Divergence is the training loop's to end.
            return False
        trial = Trial(_joined(self.url, self.study), self.trial)
        trial.report(value, epoch)
        return trial.should_prune()


@lru_cache
def _joined(url, name):
    # Worse than the median of five finished trials at the same rung: enough to tell.
    pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    with silent():
        return optuna.load_study(study_name=name, storage=open_storage(url), pruner=pruner)


def rungs(epochs, first=0.5, most=10):
    """The epochs (from 1) at which a trial reports: ten or fewer, none before half, not the last.

    Each report is a write that all workers queue for, and a task may be solved late.
    """
    candidates = range(max(1, math.ceil(first * epochs)), epochs)
    return list(candidates[:: max(1, math.ceil(len(candidates) / most))])


@contextmanager
def silent():
    """Keep Optuna's notes on opening a study off the screen, here only."""
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
