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
from ..foundation.secrets import stripped
from ..trials.record import brief
from . import settling, tables
from .finding import HOME, STUDY, round_of
from .mlruns import COMMIT, is_passing
from .outbox import NotYet, Outbox
from .parents import Elsewhere, StudyRuns
from .publisher import Publisher
from .runs import STATUS, Run, outcome, replay, verdict

PAUSE = 10.0  # seconds between two updates of a parent run
HELD = 100  # runs that wait with their curves; those of others are read again when they are sent


class Tracker(Publisher):
    """Writes a study to MLflow, from a thread of its own; nothing here waits for MLflow.

    Args:
        out: the study's folder, for ``mlflow.db`` and ``artifacts/``.
        uri: of an MLflow server, instead of ``mlflow.db`` and ``artifacts/``.
        study: name of the study; None for the folder's name, on a server with the identity's head.
        identity: of the study, which never changes; see ``running.folder.id_of``.
        commit: hash of the git commit that the study runs from, or None.
        stored: the study's trials, ``reading.Stored``, to read records from when they are sent;
            None if all records come with their curves.
        homes: see ``StudyRuns``.

    Attributes:
        refusal: why the server's runs are not this folder's to write; None as long as they are.

    Raises:
        StudyError: the folder's log is damaged, or of another version of MLflow.
    """

    def __init__(
        self, out, uri=None, study=None, identity=None, commit=None, stored=None, homes=()
    ):
        self.stored, self.refusal = stored, None
        self.runs = StudyRuns(out, uri, identity, homes)
        if self.runs.database:
            tables.check(self.runs.database)
        self.identity = identity if uri else None
        if uri and uri.startswith("http"):
            self.base = stripped(uri).rstrip("/")
        name = f"{self.runs.out.name}-{identity[:8]}" if uri and identity else self.runs.out.name
        known = {"study": study or name, STUDY: identity, COMMIT: commit}
        self.tags = {name: value for name, value in known.items() if value}
        self.outbox = Outbox(self._open_log, is_passing)
        self._next: dict[Run, float] = {}  # when to show a parent run again

    def start(self, after=0.0):
        """Load MLflow, in the thread, and begin to write; until then everything waits.

        Args:
            after: seconds before it begins; less if somebody waits for it.
        """
        _silence()
        self.outbox.start(after)
        return self

    def start_parent(self, task, variant, records=(), rounds=None, provenance=None):
        """Start or resume a variant's run.

        Args:
            task: name of the task.
            variant: name of the variant.
            records: of the trials so far, or ``Ended`` of them; those that MLflow lacks are sent.
            rounds: {search: records} of the runs that followed the trials; see ``finding.place``.
            provenance: what its runs have in common; see ``trials.provenance.of_row``.

        Returns:
            Run.
        """
        home = {HOME: self.runs.homes[0]} if self.runs.homes else {}
        run = self._run(task, variant, variant, now(), None, kind="study", **home)
        run.provenance = provenance
        held = {"": list(records)} | (rounds or {})
        self._later(run, lambda: self._open(run, held))
        return run

    def start_trial(self, parent, slot, number, search=""):
        """Start and return the Run of a trial, or of a run that follows the trials.

        Args:
            parent: Run of the variant.
            slot: of the trial.
            number: of the trial in Optuna.
            search: "" for a trial, else what follows its name in Optuna's: "best 3", "confirm 0".
        """
        run = self._trial(parent, slot, number, now(), search)
        self._later(run, lambda: self._create(run))
        return run

    def attach(self, run, path):
        """Log a file to a run."""
        self._later(run, lambda: self.runs.attach(run.id, path))

    def finish_trial(self, run, record):
        """Log a trial's record and end its run, whether complete, pruned or failed."""
        end = now()
        if self.stored and self.outbox.waiting() > HELD:  # the server may be away for days
            record = brief(record)
        self._later(run, lambda: self._fill(run, record, end))

    def interrupt(self, run):
        """End a variant's or a trial's run as interrupted."""
        end = now()
        self._later(run, lambda: self._kill(run, end))

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
        self._later(run, lambda: self._is_ours(run), "home")
        values, at = dict(extra or {}), now()
        if record:
            self._later(run, lambda: self.runs.show(run, record, score), "show")
            values |= score.metrics() if score else {}
        self._later(run, lambda: self.runs.update(run, values, at), "update")
        if progress:
            self._later(run, lambda: self.runs.mark(run, progress=progress), "progress")

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
        self._later(run, lambda: self.runs.end(run, "FINISHED" if record else "FAILED", end))

    def waiting(self):
        """The number of runs of which MLflow lacks something."""
        return self.outbox.waiting()

    def check(self):
        """Refuse to go on once the server's runs have been found to be another folder's.

        Raises:
            StudyError: says what to do.
        """
        if self.refusal:
            raise StudyError(str(self.refusal))

    def flush(self):
        """Have everything tried that MLflow has not taken; True if nothing is left."""
        return self.outbox.flush()

    def close(self, seconds=60.0, show=lambda left: None):
        """Wait until MLflow has everything, and write no more then.

        Args:
            seconds, show: see ``Outbox.wait``.

        Returns:
            the number of runs of which something is left.
        """
        if self.runs.database:
            self._later(self.runs, self._analyze)
        self.wait(seconds, show)
        self.runs.close()
        self.outbox.stop()
        if self.stored:
            self.stored.close()
        return self.waiting()

    def wait(self, seconds, show=lambda left: None):
        """Wait until MLflow has everything so far; see ``Outbox.wait``."""
        return self.outbox.wait(seconds, show)

    def experiments(self):
        """{task: experiment id} of the opened experiments."""
        return dict(self.runs.experiments)

    def _later(self, sender, step, key=None):
        self.outbox.put(sender, step, key)

    def _run(self, task, variant, name, start, parent, **tags):
        tags = {**self.tags, "task": task, "variant": variant, **tags}
        return Run(task, variant, name, tags, start, parent=parent)

    def _trial(self, parent, slot, number, start, search=""):
        task, variant, round = parent.task, parent.variant, round_of(search)
        kind = round.split()[0] if round else "trial"
        tags = {"kind": kind, "state": "running", "slot": str(slot), "optuna.trial": str(number)}
        name = f"{variant} {round} #{slot:04d}" if round else f"{variant}#{slot:04d}"
        tags |= {"round": round, "search": search} if round else {}
        return self._run(task, variant, name, start, parent, **tags)

    # Steps for the outbox: one that raises is tried again.

    def _open_log(self):
        self.runs.connect()

    def _create(self, run):
        if not run.parent.ready:
            raise NotYet(f"the run of {run.variant} on {run.task} is not there yet")
        self.runs.create(run)

    def _fill(self, run, record, end):
        if self.stored and not getattr(record, "curves", None):
            record = self.stored.whole(run.task, run.variant, run.tags.get("search"), record.trial)
        self.runs.log(run, record, outcome(record) | replay(record, run))
        self.runs.end(run, STATUS[record.state], end)

    def _kill(self, run, end):
        if run.parent:
            self.runs.tag(run.id, state="interrupted")
        self.runs.end(run, "KILLED", end)

    def _open(self, run, held):
        if self._takes_up(run):
            self.runs.start_again(run)
        else:
            self.runs.create(run)
        left = settling.settle(self.runs, run, held)
        run.ready = True
        for found, search, record in left:
            self._make_up(run, found, search, record)

    def _takes_up(self, run):
        with self._refusing():
            return self.runs.take_up(run)

    def _is_ours(self, run):
        with self._refusing():
            self.runs.check_home(run)

    @contextmanager
    def _refusing(self):
        """Once a run is found to be another folder's, nothing is written to any of them."""
        try:
            yield
        except Elsewhere as error:
            self.refusal = error
            self.runs.close()
            raise

    def _make_up(self, parent, found, search, record):
        """Queue what a run still has to show."""
        if found is None:
            run = self.start_trial(parent, record.slot, record.trial, search)
        else:
            tags, start = found.data.tags, found.info.start_time
            run = self._trial(parent, int(tags["slot"]), tags["optuna.trial"], start, search)
            run.id = found.info.run_id
        if record:
            self.finish_trial(run, record)
        else:
            self.interrupt(run)

    def _analyze(self):
        with suppress(sqlite3.Error):  # it only makes pages faster
            sqlite.analyze(self.runs.database)


def now():
    return int(1000 * time.time())


def _silence():
    """Silence the messages of MLflow and its migrations, for the rest of the process."""
    for name in ("mlflow", "alembic", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # MLflow's use of SQLAlchemy. Not within a context: other threads share the filters.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="mlflow")
