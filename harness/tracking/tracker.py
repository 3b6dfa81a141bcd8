"""The log of a study in MLflow.

Each task is an experiment. In it each variant has a parent run, which holds the curves of its best
trial and appears in the charts; the trials are its child runs. Optuna's database is the source of
truth, and MLflow a view of it: what MLflow refuses is sent again later, and what it lacks when a
study is opened is sent then. Only one process writes. Errors here never make a trial fail.
"""

import logging
import sqlite3
import time
import warnings
from contextlib import contextmanager, suppress

from ..errors import StudyError
from ..foundation import sqlite
from ..foundation.errors import first_line
from ..foundation.secrets import stripped
from .mlruns import COMMIT, MLRuns
from .outbox import Outbox
from .publisher import Publisher
from .runs import STATUS, Run, outcome, verdict

PAUSE = 10.0  # seconds between two updates of a parent run


class Tracker(Publisher):
    """Writes a study to MLflow.

    Args:
        out: the study's folder, for ``mlflow.db`` and ``artifacts/``.
        uri: of an MLflow server, instead of ``mlflow.db`` and ``artifacts/``.
        study: name of the study, unique on a shared server; None for the folder's name.
        commit: hash of the git commit that the study runs from, or None.

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
        self.study = study if uri else None
        if uri and uri.startswith("http"):
            self.base = stripped(uri).rstrip("/")
        self.tags = {"study": study or self.runs.out.name, **({COMMIT: commit} if commit else {})}
        self.outbox = Outbox()
        self._next: dict[Run, float] = {}  # when to show a parent run again

    def start_parent(self, task, variant, records=(), rounds=None):
        """Start or resume a variant's run.

        Args:
            task: name of the task.
            variant: name of the variant.
            records: of the trials so far; those that MLflow lacks are sent.
            rounds: {round: records} of the runs that followed the trials.

        Returns:
            Run.
        """
        run = self._run(task, variant, variant, now(), None, kind="study")
        held = {"": list(records)} | (rounds or {})
        self._later(run, lambda: self._open(run, held))
        return run

    def start_trial(self, parent, slot, number, round=""):
        """Start and return the Run of a trial, or of a run that follows the trials.

        Args:
            parent: Run of the variant.
            slot: of the trial.
            number: of the trial in Optuna.
            round: "" for a trial, else such as "final" or "confirm 0"; its first word is the kind.
        """
        run = self._trial(parent, slot, number, now(), round)
        self._later(run, lambda: self._create(run))
        return run

    def attach(self, run, path):
        """Log a file to a run."""
        self._later(run, lambda: self.runs.attach(run.id, path))

    def finish_trial(self, run, record):
        """Log a trial's record and end its run, whether complete, pruned or failed."""
        end = now()
        self._later(run, lambda: self._fill(run, record, end))

    def interrupt(self, run):
        """End a variant's or a trial's run as interrupted."""
        end = now()
        self._later(run, lambda: self._kill(run.id, end, trial=run.parent is not None))

    def due(self, run):
        """Whether ``show_parent`` is worth its time: true at first, then every ten seconds."""
        return time.monotonic() >= self._next.get(run, 0.0)

    def show_parent(self, run, record, score=None, extra=None, progress=None):
        """Show the best trial so far in a variant's run, which goes on.

        Args:
            run: from ``start_parent``.
            record: of the best trial so far; None if there is none.
            score: ``scores.Score``, such as that trial's test score; or None.
            extra: {metric: value}, further single values.
            progress: how far the study is, such as "12 of 40 trials".
        """
        self._next[run] = time.monotonic() + PAUSE
        values = dict(extra or {})
        if record:
            self._later(run, lambda: self.runs.show(run, record, score))
            values |= score.metrics() if score else {}
        self._later(run, lambda: self.runs.update(run, values))
        if progress:
            self._later(run, lambda: self.runs.mark(run, progress=progress))

    def finish_parent(
        self, run, record, artifacts=(), extra=None, baseline=None, score=None, progress="finished"
    ):
        """End a variant's run, showing its best trial. A repeated call updates what has changed.

        Args:
            run, score, progress: see ``show_parent``.
            record: of the best trial; None if no trial was complete, which fails the run.
            artifacts: paths of figures and weights.
            extra: {metric: value}, such as ``best/test_accuracy_mean``.
            baseline: ``record.Baseline`` that the variant's final runs are compared with, or None.
        """
        end = now()
        self.show_parent(run, record, score, extra, progress)
        if record:
            self._later(run, lambda: self.runs.attach_all(run, artifacts))
            self._later(run, lambda: self.runs.mark(run, **verdict(baseline)))
        self._later(run, lambda: self.runs.end(run.id, "FINISHED" if record else "FAILED", end))

    def flush(self):
        """Retry what MLflow has not taken; True if nothing is left."""
        with _silent():
            return self.outbox.flush()

    def close(self):
        """Retry what MLflow has not taken; the number of runs of which something is left."""
        if self.flush() and self.runs.database:
            self.analyze()
        return self.outbox.waiting()

    def analyze(self):
        """Update the SQLite file's statistics; without them sorting many runs takes seconds."""
        with suppress(sqlite3.Error):  # such as a file that somebody holds: it can wait
            sqlite.analyze(self.runs.database)

    def experiments(self):
        """{task: experiment id} of the opened experiments."""
        return dict(self.runs.experiments)

    def _later(self, run, step):
        with _silent():
            self.outbox.put(run, step)

    def _run(self, task, variant, name, start, parent, **tags):
        tags = {**self.tags, "task": task, "variant": variant, **tags}
        return Run(task, variant, name, tags, start, parent=parent)

    def _trial(self, parent, slot, number, start, round=""):
        task, variant = parent.task, parent.variant
        kind = round.split()[0] if round else "trial"
        tags = {"kind": kind, "state": "running", "slot": str(slot), "optuna.trial": str(number)}
        name = f"{variant} {round} #{slot:04d}" if round else f"{variant}#{slot:04d}"
        tags |= {"round": round} if round else {}
        return self._run(task, variant, name, start, parent, **tags)

    # Steps for the outbox: one that raises is retried.

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

    def _open(self, run, held):
        children = []
        if self.runs.take_up(run):
            self.runs.start_again(run)
            children = self.runs.children(run.id, run.task)
        else:
            self.runs.create(run)
        missing = {(round, str(r.trial)): r for round, records in held.items() for r in records}
        self._catch_up(run, children, missing)
        run.ready = True

    def _catch_up(self, parent, children, missing):
        left = [child for child in children if child.info.status == "RUNNING"]
        for child in children:
            if child not in left and child.data.tags.get("state") in STATUS:
                missing.pop(_place(child), None)
        for child in left:  # Abandoned, because this process owns the study.
            self._settle(parent, child, missing.pop(_place(child), None))
        for (round, _), record in missing.items():
            run = self._trial(parent, record.slot, record.trial, now(), round)
            self.runs.create(run)
            self._fill(run, record, now())

    def _settle(self, parent, child, record):
        if record is None:
            return self._kill(child.info.run_id, now(), trial=True)
        start, (round, _) = child.info.start_time, _place(child)
        run = self._trial(parent, record.slot, record.trial, start, round)
        run.id = child.info.run_id
        self._fill(run, record, now())


def _place(child):
    """(round, number in Optuna) of a child run."""
    tags = child.data.tags
    return tags.get("round", ""), tags.get("optuna.trial")


def now():
    return int(1000 * time.time())


@contextmanager
def _silent():
    """Silence the messages of MLflow and its migrations inside the context."""
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic", "urllib3")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # MLflow's use of SQLAlchemy.
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
