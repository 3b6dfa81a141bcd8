"""Operations on MLflow runs: find, create, fill, end.

Every operation may raise, and is safe to repeat if it has.
"""

import gc
import math
import os
import time
from contextlib import contextmanager
from pathlib import Path

from ..foundation import sqlite
from . import datasets, tables, views
from .colours import colour
from .runs import fingerprint, finite, outcome, parameters, points
from .server import ENVIRONMENT

PARENT, COLOUR, COMMIT = "mlflow.parentRunId", "mlflow.runColor", "mlflow.source.git.commit"
SHOWS, FILES, UNFINISHED = "shows", "shows.files", "unfinished"


class MLRuns:
    """An MLflow client for the runs of a study.

    Args:
        out: the study's folder, for ``mlflow.db`` and ``artifacts/``.
        uri: of an MLflow server, instead of ``mlflow.db`` and ``artifacts/``.
    """

    def __init__(self, out, uri=None):
        self.out = Path(out).resolve()
        self.database = None if uri else self.out / "mlflow.db"
        self.uri = uri or sqlite.url(self.database)
        self.experiments: dict[str, str] = {}  # {task: experiment id}
        self._colours: dict[str, str] = {}
        for key, value in ENVIRONMENT.items():
            os.environ.setdefault(key, value)
        import mlflow  # Here: it takes 1.5 s, and workers do not need it.  # noqa: F401

    def connect(self):
        """Open the log; a new file gets its tables."""
        from mlflow import MlflowClient

        if self.database:
            tables.prepare(self.database)
            sqlite.quick(self.database)
        self.client = MlflowClient(self.uri, registry_uri=self.uri)

    def experiment(self, task):
        """The id of a task's experiment, which is created or restored if necessary."""
        if task not in self.experiments:
            found = self.client.get_experiment_by_name(task)
            if found is None:
                home = (self.out / "artifacts" / task).as_uri() if self.database else None
                self.experiments[task] = self.client.create_experiment(task, artifact_location=home)
                return self.experiments[task]
            if found.lifecycle_stage == "deleted":
                self.client.restore_experiment(found.experiment_id)
            self.experiments[task] = found.experiment_id
        return self.experiments[task]

    def search(self, task, condition):
        page, found = None, []
        while page is None or page.token:
            token = page.token if page else None
            page = self.client.search_runs([self.experiment(task)], condition, page_token=token)
            found += page
        return found

    def children(self, parent_id, task):
        return self.search(task, f"tags.`{PARENT}` = '{parent_id}'")

    def create(self, run, **more):
        tags = {**run.tags, **({PARENT: run.parent.id} if run.parent else {}), **more}
        made = self.client.create_run(self.experiment(run.task), run.start, tags, run.name)
        run.id, run.metrics = made.info.run_id, {}

    def take_up(self, run):
        """Continue the newest parent run of an earlier session; False if there is none.

        Older ones were replaced (see ``show``) and are now removed.
        """
        parents = self._parents(run)
        if not parents:
            return False
        newest, *replaced = parents
        run.id, run.start = newest.info.run_id, newest.info.start_time
        run.tags |= newest.data.tags
        run.metrics = dict(newest.data.metrics)
        for old in replaced:
            self._remove(old.info.run_id, run)
        return True

    def _parents(self, run):
        """A variant's parent runs, newest first; also sets the colour and place of ``run``."""
        parents = self.search(run.task, "tags.kind = 'study'")
        self._colours |= {p.data.tags["variant"]: p.data.tags.get(COLOUR, "") for p in parents}
        taken = self._colours.values()
        run.tags[COLOUR] = self._colours.get(run.variant) or colour(run.variant, taken)
        self._colours[run.variant] = run.tags[COLOUR]
        study = [p for p in parents if _same(p.data.tags, run.tags, "study")]
        mine = [p for p in study if p.data.tags["variant"] == run.variant]
        run.tags.setdefault("place", str(1 + len({p.data.tags["variant"] for p in study})))
        return sorted(mine, key=lambda p: p.info.start_time, reverse=True)

    def _remove(self, old, run):
        """Move the trials of a replaced parent run to ``run``, then delete the parent run."""
        for child in self.children(old, run.task):
            self.tag(child.info.run_id, **{PARENT: run.id})
        self.client.set_terminated(old, "KILLED")  # else it would look as if it ran for ever
        self.client.delete_run(old)

    def log(self, run, record, tags, more=()):
        """Log a whole record in one call; the client splits it to respect MLflow's limits.

        Args:
            more: further (metric, value, step).
        """
        more = [(key, finite(value), run.start, step) for key, value, step in more]
        self._batch(run, points(record, run.start) + more, parameters(record, run), tags)

    def update(self, run, metrics):
        """Log single values at step 0, those that have changed; MLflow draws the latest."""
        now = int(1000 * time.time())
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
        changed = {key: value for key, value in tags.items() if run.tags.get(key) != value}
        self.tag(run.id, **changed)
        run.tags |= changed

    def tag(self, run_id, **tags):
        for key, value in tags.items():
            self.client.set_tag(run_id, key, value)

    def start_again(self, run):
        self.client.update_run(run.id, "RUNNING")

    def end(self, run_id, status, end):
        self.client.set_terminated(run_id, status, end)

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

    def show(self, run, record, score=None):
        """Log the best trial and the interval to its variant's parent run, unless they are there.

        MLflow cannot delete logged values. So when another trial has become the best, or its score
        has another interval, a new run of the same name replaces the old one and takes over its
        children.
        """
        interval = score.points(int(run.tags["place"])) if score else []
        shows = [fingerprint(record.to_json()), *([fingerprint(interval)] if interval else [])]
        half = [*shows, UNFINISHED]
        shown = run.tags.get(SHOWS, "").split()
        if shown == shows:
            return
        if [word for word in shown if word != UNFINISHED] != shows[: len(shown)]:
            run.start += 1  # ``take_up`` continues the newest.
            self.create(run, **{SHOWS: " ".join(half)})
            run.tags[SHOWS], shown = " ".join(half), half
        if shown == half:
            self.take_up(run)
            run.tags.pop(FILES, None)
            self.log_data(run)
        self.mark(run, **{SHOWS: " ".join(half)})
        tags = {**outcome(record), "optuna.trial": str(record.trial)}
        self.log(run, record, tags, interval)
        self.mark(run, **{SHOWS: " ".join(shows)})


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


def _same(tags, others, *keys):
    return all(tags.get(key) == others[key] for key in keys)
