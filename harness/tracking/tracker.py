"""The log of a study: with ``mlruns``, the runs as MLflow keeps them, all that knows MLflow.

An experiment per task; in it a parent run per variant, which holds the curves of its best trial and
is what the charts show; the trials are its children. Optuna's database is the truth and this is the
view of it: what MLflow does not take is sent again later, what it lacks when a study is opened is
sent then. One process writes. Nothing here fails a trial.
"""

import logging
import time
import warnings
from contextlib import contextmanager

from ..errors import StudyError
from ..foundation import sqlite
from ..foundation.errors import first_line
from .mlruns import COMMIT, MLRuns
from .outbox import Outbox
from .runs import STATUS, Run, outcome, verdict


class Tracker:
    """Writes a study to MLflow.

    Args:
        out: the study's folder, for ``mlflow.db`` and ``artifacts/``.
        uri: of a team's MLflow server, instead of these two.
        study: its name; on a server that is shared, no other study may have it.
        commit: the git commit that the study runs from.

    Raises:
        StudyError: the log cannot be opened.
    """

    def __init__(self, out, uri=None, study=None, commit=None):
        self.runs = MLRuns(out, uri)
        try:
            with _silent():
                self.runs.connect()
        except Exception as error:
            where = uri or self.runs.database
            raise StudyError(f"cannot open the log {where}: {first_line(error)}") from error
        self.tags = {"study": study or self.runs.out.name, **({COMMIT: commit} if commit else {})}
        self.outbox = Outbox()

    def start_parent(self, task, variant, records=()):
        """A variant's run, new or found again, and running; sends what it lacks of ``records``."""
        run = self._run(task, variant, variant, now(), None, kind="study")
        self._later(run, lambda: self._open(run, list(records)))
        return run

    def start_trial(self, parent, slot, number):
        """A trial's run, as it begins; ``number`` is the trial's in Optuna."""
        run = self._trial(parent, slot, number, now())
        self._later(run, lambda: self._create(run))
        return run

    def attach(self, run, path):
        """Log a file with a run, at once."""
        self._later(run, lambda: self.runs.attach(run.id, path))

    def finish_trial(self, run, record):
        """All that a trial measured, complete, pruned or failed."""
        end = now()
        self._later(run, lambda: self._fill(run, record, end))

    def interrupt(self, run):
        """End a run, a variant's or a trial's, that Ctrl-C ended."""
        end = now()
        self._later(run, lambda: self._kill(run.id, end, trial=run.parent is not None))

    def finish_parent(self, run, record, artifacts=(), extra=None, baseline=None):
        """End a variant's run, showing its best trial. Done again, it changes what has changed.

        Args:
            record: of the best trial; None if no trial was complete: the run has failed then.
            artifacts: paths of figures and weights.
            extra: further metrics, name to value, such as ``best/test_accuracy_mean``.
            baseline: as in a record, beaten or not by the variant's final runs.
        """
        end = now()
        if record:
            self._later(run, lambda: self.runs.show(run, record, artifacts, extra))
            self._later(run, lambda: self.runs.tag(run.id, **verdict(baseline)))
        self._later(run, lambda: self.runs.end(run.id, "FINISHED" if record else "FAILED", end))

    def flush(self):
        """Send what MLflow did not take before; True if nothing is left."""
        with _silent():
            return self.outbox.flush()

    def analyze(self):
        """Gather the SQLite file's statistics, without which sorting many runs takes seconds."""
        if self.runs.database:
            sqlite.analyze(self.runs.database)

    def experiments(self):
        """Task to experiment id, of those opened."""
        return dict(self.runs.experiments)

    def _later(self, run, step):
        with _silent():
            self.outbox.put(run, step)

    def _run(self, task, variant, name, start, parent, **tags):
        tags = {**self.tags, "task": task, "variant": variant, **tags}
        return Run(task, variant, name, tags, start, parent=parent)

    def _trial(self, parent, slot, number, start):
        task, variant = parent.task, parent.variant
        tags = {"kind": "trial", "state": "running", "slot": str(slot), "optuna.trial": str(number)}
        return self._run(task, variant, f"{variant}#{slot:04d}", start, parent, **tags)

    # The steps: each may raise, and is taken again then.

    def _create(self, run):
        if not run.parent.ready:
            raise RuntimeError(f"the run of {run.variant} on {run.task} is not there yet")
        self.runs.create(run)

    def _fill(self, run, record, end):
        self.runs.log(run, record, outcome(record))
        self.runs.end(run.id, STATUS[record.state], end)

    def _kill(self, run_id, end, trial):
        if trial:
            self.runs.tag(run_id, state="interrupted")
        self.runs.end(run_id, "KILLED", end)

    def _open(self, run, records):
        children = []
        if self.runs.take_up(run):
            self.runs.start_again(run)
            children = self.runs.children(run.id, run.task)
        else:
            self.runs.create(run)
        self._catch_up(run, children, {str(record.trial): record for record in records})
        run.ready = True

    def _catch_up(self, parent, children, missing):
        left = [child for child in children if child.info.status == "RUNNING"]
        for child in children:
            if child not in left and child.data.tags.get("state") in STATUS:
                missing.pop(child.data.tags.get("optuna.trial"), None)
        for child in left:  # Nobody runs them: this process owns the study.
            self._settle(parent, child, missing.pop(child.data.tags.get("optuna.trial"), None))
        for record in missing.values():
            run = self._trial(parent, record.slot, record.trial, now())
            self.runs.create(run)
            self._fill(run, record, now())

    def _settle(self, parent, child, record):
        if record is None:
            return self._kill(child.info.run_id, now(), trial=True)
        run = self._trial(parent, record.slot, record.trial, child.info.start_time)
        run.id = child.info.run_id
        self._fill(run, record, now())


def now():
    return int(1000 * time.time())


@contextmanager
def _silent():
    """Keep what MLflow and its migrations say about themselves off the screen, here only."""
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic", "urllib3")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Between MLflow and SQLAlchemy.
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
