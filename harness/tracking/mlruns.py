"""Operations on MLflow runs: find, create, fill, end.

Every operation may raise, and is safe to repeat if it has.
"""

import gc
import os
from contextlib import contextmanager
from pathlib import Path

from ..foundation import sqlite
from .colours import colour
from .runs import ENVIRONMENT, fingerprint, finite, outcome, parameters, points

PARENT, COLOUR, COMMIT = "mlflow.parentRunId", "mlflow.runColor", "mlflow.source.git.commit"
SHOWS, UNFINISHED = "shows", " unfinished"


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
        """Open the log. Creates a new file's tables, which two processes cannot do at once."""
        from mlflow import MlflowClient

        if self.database:
            sqlite.quick(self.database)
        self.client = MlflowClient(self.uri)

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
        run.id = made.info.run_id

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
        for old in replaced:
            self._remove(old.info.run_id, run)
        return True

    def _parents(self, run):
        """A variant's parent runs, newest first; also sets the colour of ``run``."""
        parents = self.search(run.task, "tags.kind = 'study'")
        self._colours |= {p.data.tags["variant"]: p.data.tags.get(COLOUR, "") for p in parents}
        taken = self._colours.values()
        run.tags[COLOUR] = self._colours.get(run.variant) or colour(run.variant, taken)
        self._colours[run.variant] = run.tags[COLOUR]
        mine = [p for p in parents if _same(p.data.tags, run.tags, "study", "variant")]
        return sorted(mine, key=lambda p: p.info.start_time, reverse=True)

    def _remove(self, old, run):
        """Move the trials of a replaced parent run to ``run``, then delete the parent run."""
        for child in self.children(old, run.task):
            self.tag(child.info.run_id, **{PARENT: run.id})
        self.client.delete_run(old)

    def log(self, run, record, tags, extra=None):
        """Log a whole record in one call; the client splits it to respect MLflow's limits."""
        from mlflow.entities import Metric, Param, RunTag

        more = [(key, finite(value), run.start, 0) for key, value in (extra or {}).items()]
        metrics = [Metric(*point) for point in points(record, run.start) + more]
        params = [Param(*pair) for pair in parameters(record, run).items()]
        tags = [RunTag(*pair) for pair in tags.items()]
        with _uncollected():
            self.client.log_batch(run.id, metrics, params, tags, synchronous=True)

    def tag(self, run_id, **tags):
        for key, value in tags.items():
            self.client.set_tag(run_id, key, value)

    def start_again(self, run):
        self.client.update_run(run.id, "RUNNING")

    def end(self, run_id, status, end):
        self.client.set_terminated(run_id, status, end)

    def attach(self, run_id, path):
        self.client.log_artifact(run_id, str(path))

    def show(self, run, record, artifacts=(), extra=None):
        """Log the best trial to its variant's parent run, unless it is there already.

        MLflow cannot delete logged values. So when another trial has become the best, a new run of
        the same name replaces the old one and takes over its children.
        """
        content = fingerprint(
            record.to_json(), extra, sorted(Path(path).name for path in artifacts)
        )
        shown = run.tags.get(SHOWS)
        if shown == content:
            return
        if shown not in (None, content + UNFINISHED):
            run.start += 1  # ``take_up`` continues the newest.
            self.create(run, **{SHOWS: content + UNFINISHED})
        if shown is not None:
            self.take_up(run)
        self.tag(run.id, **{SHOWS: content + UNFINISHED})
        self.log(run, record, {**outcome(record), "optuna.trial": str(record.trial)}, extra)
        for path in filter(os.path.exists, artifacts):
            self.client.log_artifact(run.id, str(path))
        self.tag(run.id, **{SHOWS: content})
        run.tags[SHOWS] = content


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


def _same(tags, others, *keys):
    return all(tags.get(key) == others[key] for key in keys)
