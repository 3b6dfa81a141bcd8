"""Operations on MLflow runs: find, create, fill, end.

Every operation may raise, and is safe to repeat if it has.
"""

import gc
import logging
import math
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..foundation import sqlite
from . import datasets, finding, homes, inside, tables, views
from .finding import PARENT, STUDY
from .outbox import NotYet
from .runs import fingerprint, finite, parameters, points
from .server import set_environment

COMMIT = "mlflow.source.git.commit"
FILES = "shows.files"  # tag: checksum of the files that a run has
PAGE = 200  # runs that are asked for at a time


class MLRuns:
    """An MLflow client for single runs of a study.

    Args:
        out: the study's folder, for ``mlflow.db`` and ``artifacts/``.
        uri: of an MLflow server, instead of ``mlflow.db`` and ``artifacts/``.
        identity: of the study, which tells its runs from others on a server; all runs in a file
            of its own are its own.
    """

    def __init__(self, out, uri=None, identity=None):
        self.out = Path(out).resolve()
        self.database = None if uri else self.out / "mlflow.db"
        self.artifacts = self.out / "artifacts"
        self.uri = uri or sqlite.url(self.database)
        self.identity = identity if uri else None
        self.experiments: dict[str, str] = {}  # {task: experiment id}
        self.client: Any = None
        set_environment()

    def connect(self):
        """Load MLflow and open the log; a new file gets its tables."""
        if self.database:
            tables.prepare(self.database)
            homes.follow(self.database, self.artifacts)
            sqlite.quick(self.database)
        from mlflow import MlflowClient  # Here: it takes seconds, and workers do not need it.

        logging.getLogger("mlflow").setLevel(logging.CRITICAL)  # its own level is set when loaded
        client = MlflowClient(self.uri, registry_uri=self.uri)
        if self.database:  # MLflow keeps connections, also to a file that was there before this one
            client._tracking_client.store.engine.dispose()
        client.search_experiments(max_results=1)  # whether anybody is there
        self.client = client

    def close(self):
        """Break off what is being written, at its next call: the folder may have a new owner."""
        self.client = Closed()

    def experiment(self, task):
        """The id of a task's experiment, which is created or restored if necessary."""
        if task not in self.experiments:
            found = self.client.get_experiment_by_name(task)
            if found is None:
                home = homes.of_task(self.artifacts, task) if self.database else None
                self.experiments[task] = self.client.create_experiment(task, artifact_location=home)
                return self.experiments[task]
            if found.lifecycle_stage == "deleted":
                self.client.restore_experiment(found.experiment_id)
            self.experiments[task] = found.experiment_id
        return self.experiments[task]

    def search(self, task, condition, kept=lambda run: run):
        """The runs of a task that meet a condition; ``kept(run)`` is what stays of each."""
        page, found = None, []
        while page is None or page.token:
            token = page.token if page else None
            page = self.client.search_runs(
                [self.experiment(task)], condition, max_results=PAGE, page_token=token
            )
            found += map(kept, page)
        return found

    def children(self, parent_id, task):
        """The ids of the runs below a parent run."""
        if self.database:
            return inside.children(self.database, parent_id)
        condition = finding.condition(**{PARENT: parent_id})
        return self.search(task, condition, kept=lambda run: run.info.run_id)

    def trials(self, run):
        """All runs of a variant's trials, also those whose parent run was deleted.

        Of each there is what ``finding.short`` keeps, the newest first.
        """
        if self.database:  # MLflow would make a run with all its values of each
            return inside.trials(self.database, self.experiment(run.task), run.variant)
        condition = finding.trials(self.identity, variant=run.variant)
        return self.search(run.task, condition, kept=_in_short)

    def create(self, run, **more):
        """Create a run, unless an attempt before was heard and only its answer was lost."""
        tags = {**run.tags, **({PARENT: run.parent.id} if run.parent else {}), **more}
        made = self._doubles(run)[:1] if run.attempts else []
        run.attempts += 1
        made = made or [
            self.client.create_run(self.experiment(run.task), run.start, tags, run.name)
        ]
        run.id, run.metrics = made[0].info.run_id, {}

    def _doubles(self, run):
        """The runs that the attempts to create one run have made."""
        tags = {name: run.tags.get(name) for name in (STUDY, "kind", "variant", "optuna.trial")}
        found = self.search(run.task, finding.condition(**tags))
        same = [f for f in found if f.info.start_time == run.start]
        return [f for f in same if f.data.tags.get("search") == run.tags.get("search")]

    def tidy(self, run):
        """Delete what an attempt to create the run has made after it was given up."""
        for double in self._doubles(run) if run.attempts > 1 else ():
            if double.info.run_id != run.id:
                self.delete(double.info.run_id)

    def delete(self, run_id):
        self.client.set_terminated(run_id, "KILLED")  # else it would look as if it ran for ever
        self.client.delete_run(run_id)

    def log(self, run, record, tags, more=()):
        """Log a whole record in one call; the client splits it to respect MLflow's limits.

        Args:
            more: further (metric, value, step).
        """
        more = [(key, finite(value), run.start, step) for key, value, step in more]
        # From the last step to the first: MLflow rewrites a curve's latest value at each newer one.
        latest_first = [*more, *points(record, run.start)][::-1]
        self._batch(run, latest_first, parameters(record, run), tags)

    def update(self, run, metrics, now):
        """Log single values at step 0, those that have changed; MLflow draws the latest.

        Args:
            now: milliseconds; the same if the call is repeated, so that no value is doubled.
        """
        values = {key: finite(value) for key, value in metrics.items()}
        changed = {k: v for k, v in values.items() if not _equal(run.metrics.get(k), v)}
        if changed:
            self._batch(run, [(key, value, now, 0) for key, value in changed.items()])
            run.metrics |= changed

    def _batch(self, run, points, params=None, tags=None):
        from mlflow.entities import Metric, Param, RunTag

        metrics = [Metric(*point) for point in points]
        params = [Param(*pair) for pair in (params or {}).items()]
        tags = [RunTag(*pair) for pair in (tags or {}).items()]
        with _uncollected():
            self.client.log_batch(run.id, metrics, params, tags, synchronous=True)

    def mark(self, run, **tags):
        """Set tags that a run which replaces this one will carry as well."""
        for key, value in tags.items():
            if run.tags.get(key) != value:
                self.tag(run.id, **{key: value})
                run.tags[key] = value  # one by one: what is set is not set again if the next fails

    def tag(self, run_id, **tags):
        for key, value in tags.items():
            self.client.set_tag(run_id, key, value)

    def start_again(self, run):
        self.client.update_run(run.id, "RUNNING")

    def end(self, run, status, end):
        self.client.set_terminated(run.id, status, end)
        self.tidy(run)

    def attach(self, run_id, path):
        self.client.log_artifact(run_id, str(path))

    def attach_all(self, run, paths):
        """Log the files that exist, unless the run has the same ones already."""
        files = [Path(path) for path in paths if os.path.exists(path)]
        stamps = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        if files and run.tags.get(FILES) != fingerprint(stamps):
            for file in files:
                self.attach(run.id, file)
            self.mark(run, **{FILES: fingerprint(stamps)})

    def tag_experiment(self, task, key, value):
        self.client.set_experiment_tag(self.experiment(task), key, value)

    def save_view(self, task, identity, name, state):
        """Save a chart view of a task's experiment, unless it is saved already; see ``views``."""
        tags = self.client.get_experiment(self.experiment(task)).tags
        key, value = views.tag(identity, name, state)
        if key not in tags or views.state_of(tags[key]) != state:
            self.tag_experiment(task, key, value)

    def log_data(self, run):
        """Log the run's data sets; those it has are not doubled."""
        if run.data:
            self.client.log_inputs(run.id, datasets.entities(run.data))


class Closed:
    """Instead of MLflow's client, once nothing is to be written any more."""

    def __getattr__(self, name):
        raise NotYet("the log is closed")


def _in_short(run):
    info = run.info
    return finding.short(info.run_id, info.status, info.start_time, run.data.tags)


@contextmanager
def _uncollected():
    """Suspend garbage collection, which a thousand new rows would trigger over all objects.

    It would take 20 of the 70 ms that it takes to log a trial.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _equal(one, other):
    return one == other or (one is not None and math.isnan(one) and math.isnan(other))


def is_passing(error):
    """Whether the same call may succeed later: nobody answers, or the file or the disk is taken."""
    status = getattr(error, "get_http_status_code", None)
    if status is not None:  # MLflow's own
        return status() == 429 or status() >= 500
    return isinstance(error, OSError | sqlite3.OperationalError)
