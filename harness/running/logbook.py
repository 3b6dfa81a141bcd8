"""A running study's log in MLflow: the runs of its cells and trials, and what they show."""

import subprocess
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ..searching import reading, study_json
from ..tracking import datasets
from ..tracking.tracker import Tracker
from ..trials import provenance
from . import folder, moving
from .publication import Publication
from .told import Running

LOADED_AFTER = 5.0  # seconds: a study that is over by then shows its answer first


class Logbook:
    """What the conductor has to say to MLflow; see ``Tracker`` for how it gets there.

    Args:
        study: the study.
        about: its ``About``.
        progress: its ``Progress``.

    Attributes:
        parents: {"task/variant": the variant's run}.
        publication: what the runs show; None until the log is open.
    """

    def __init__(self, study, about, progress):
        self.study, self.about, self.progress = study, about, progress
        self.tracker = Tracker(
            study.out, study.tracking_uri, identity=folder.id_of(study.out), commit=_commit(),
            stored=reading.Stored(study.out, study.storage), homes=moving.marks(study.out),
        )  # fmt: skip
        self.parents: dict[str, Any] = {}
        self.publication: Any = None

    def open(self, facts, splits):
        """Begin or continue the runs of all cells, and say what is compared on what.

        Args:
            facts: ``TaskFacts`` of the tasks.
            splits: the data of each task.
        """
        kept = study_json.read(self.study.out)
        for c in self.study.comparisons:
            rounds = {each.name: sorted(each.ended) for each in c.rounds or ()}
            origin = provenance.of_row(kept, self.about.data, c.task.name, c.variant.name)
            self.parents[c.name] = self.tracker.start_parent(
                c.task.name, c.variant.name, sorted(c.search.ended), rounds, origin
            )
            self.tracker.attach(self.parents[c.name], c.certificate)
        session = self.about.data["sessions"][-1]
        told = Running(self.study, facts)
        self.publication = Publication(told, self.tracker, self.parents, session)
        self.publication.begin(self._data(splits))
        self.tracker.start(after=LOADED_AFTER)

    def _data(self, splits):
        """{task: its data sets}, which are noted for ``gatelab sync``."""
        pairs = zip(self.study.tasks, splits, strict=True)
        data = {task.name: datasets.of_splits(task, each) for task, each in pairs}
        self.about.data["data"] |= {name: [*map(asdict, each)] for name, each in data.items()}
        self.about.note()
        return data

    def begun(self, c, following, asked):
        """A training run begins; returns its run in MLflow."""
        parent = self.parents[c.name]
        return self.tracker.start_trial(parent, following.slot, asked.number, following.name)

    def ended(self, job, record):
        """A training run has ended."""
        self.tracker.finish_trial(job.run, record)
        if job.order.part == "trial":
            self.publication.ended(job.comparison.task.name, job.comparison.variant.name)

    def note_links(self):
        """Note where the cells' runs are, for the page."""
        self.tracker.check()
        self.about.note(mlflow={"runs": self.publication.links()})

    def interrupt(self, jobs, away):
        """Mark what is unfinished as interrupted.

        Args:
            jobs: those at work.
            away: whether the database of trials is away, so that there is nothing to show.
        """
        for job in jobs:
            self.tracker.interrupt(job.run)
        if self.publication and not away:
            with suppress(Exception):
                self.publication.interrupt()
        for parent in self.parents.values():
            self.tracker.interrupt(parent)

    def send(self, until):
        """Wait until all is sent, or for so long."""
        return self._wait(self.tracker.wait, until)

    def close(self, until):
        """Send what is left, and end; returns the number of runs of which something is unsent."""
        return self._wait(self.tracker.close, until)

    def _wait(self, send, until):
        """Ctrl-C ends the waiting, not the study, which is done."""
        try:
            with self.progress.sending() as show:
                return send(until - time.monotonic(), show)
        except KeyboardInterrupt:
            return self.tracker.close(0.0)


def _commit():
    """Hash of the current git commit, or None."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
        return found.stdout.strip()
    return None
