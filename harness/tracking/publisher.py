"""What a study tells its readers in MLflow: descriptions, data, models, views, the report."""

import logging
from pathlib import Path
from typing import Any

from ..errors import StudyError
from . import addresses, descriptions, finding, registry, views

log = logging.getLogger(__name__)
NAME = "the answer"  # of the view that links open


class Publisher:
    """Steps that may be repeated at any time; each shows the latest that it was given.

    Attributes:
        runs: ``StudyRuns``.
        identity: of the study on a server that studies share; None in a file of its own.
        base: address of the server, for links from outside.
    """

    runs: Any = None
    identity: str | None = None
    base = addresses.BASE

    def _later(self, sender, step, key=None):
        raise NotImplementedError

    def describe(self, task, markdown):
        """Describe a task's experiment; see ``descriptions.experiment``."""
        text = descriptions.cut(markdown)
        self._later(
            task, lambda: self.runs.tag_experiment(task, descriptions.TAG, text), "describe"
        )

    def describe_run(self, run, markdown, verdict=None):
        """Describe a variant's run; see ``descriptions.run``.

        Args:
            verdict: a word or two for the table of runs, such as "better".
        """
        tags = {descriptions.TAG: descriptions.cut(markdown)}
        tags |= {} if verdict is None else {"verdict": verdict}
        self._later(run, lambda: self.runs.mark(run, **tags), "describe")

    def log_data(self, run, data):
        """Log the data that a variant's run has used.

        Args:
            data: list of ``datasets.Data``.
        """
        run.data = list(data)
        self._later(run, lambda: self.runs.log_data(run))

    def views(self, task, metric, direction):
        """Save the view that links open: score, curves, time and size of each cell.

        Args:
            metric, direction: of the task, such as "mse" and "minimize".
        """
        state = views.answer(metric, direction, self._condition())
        self._later(task, lambda: self.runs.save_view(task, self.view, NAME, state), "view")

    @property
    def view(self):
        """Id of the view in links."""
        return f"{views.ANSWER}-{self.identity[:8]}" if self.identity else views.ANSWER

    def _condition(self):
        return finding.condition(kind="study", **{finding.STUDY: self.identity})

    def log_model(self, run, weights, variant):
        """Log a variant's best network as a model and register it, with the variant as its alias.

        A cell whose source cannot be sent along gets none; the log says why.

        Args:
            weights: path of the .npz file.
            variant: class of the cell.
        """
        self._later(run, lambda: self._model(run, Path(weights), variant))

    def crown(self, run):
        """Give a variant's model the alias of the task's best."""
        self._later(run, lambda: registry.crown(self.runs, run))

    def attach_page(self, run, path):
        """Attach the report, a file report.html, to a run, which ``page_link`` then leads to."""
        self._later(run, lambda: self.runs.attach(run.id, path))

    def page_link(self, run):
        """Link from MLflow's pages to the attached report; None while MLflow lacks the run."""
        if not run.id:
            return None
        return addresses.of_artifact(self.runs.experiments[run.task], run.id, "report.html", "")

    def link(self, run):
        """Address of a run, or None while MLflow does not have it.

        It is final once the run has ended: another best trial means another run.
        """
        return run.id and addresses.of_run(self.runs.experiments[run.task], run.id, self.base)

    def _model(self, run, weights, variant):
        try:
            registry.log(self.runs, run, weights, variant)
        except StudyError as error:
            log.info("no model of %s in MLflow: %s", run.variant, error)
            self.runs.mark(run, model=f"none: {error}")
