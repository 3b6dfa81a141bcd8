"""Sending a study's results to MLflow without training: from its folder alone."""

from pathlib import Path

from ..reporting.facts import read_about
from ..reporting.ledger import Ledger
from ..searching import reading
from ..tracking.datasets import Data
from ..tracking.tracker import Tracker
from ..trials import provenance
from . import folder, moving
from .ownership import owned
from .publication import Publication
from .told import Kept


def sync(out, tracking_uri=None, seconds=60.0, show=lambda left: None):
    """Send what MLflow lacks of a study; what it has is not doubled.

    Args:
        out: the study's folder.
        tracking_uri: of an MLflow server, instead of ``out/mlflow.db``.
        seconds: longest wait.
        show: called now and then with the number of runs that are not sent yet.

    Returns:
        number of runs of which MLflow still lacks something.

    Raises:
        StudyError: the folder holds no study, one that is running, or a copy whose original is
            still there, so that a server would take the two for one; or the study has been
            continued in another place.
    """
    ledger = Ledger.read(out)
    with owned(out):
        moving.settle(out, shared=bool(tracking_uri))
        about = read_about(out)
        stored = reading.Stored(out)
        tracker = Tracker(
            out, tracking_uri, identity=folder.id_of(out), stored=stored, homes=moving.marks(out)
        )
        told, searches = Kept(ledger), reading.read(out, curves=False)
        parents = {
            row.name: tracker.start_parent(
                row.task.name,
                row.variant,
                row.records,
                _rounds(searches, row.name),
                provenance.of_row(ledger.identity, about, row.task.name, row.variant),
            )
            for task in told.tasks
            for row in told.rows(task)
        }
        publication = Publication(told, tracker, parents, about["sessions"][-1])
        data = about.get("data", {})
        publication.begin({task: [Data(**each) for each in data.get(task, ())] for task in data})
        tracker.start()
        publication.finish() if ledger.finished else publication.interrupt()
        page = Path(out) / "report.html"
        publication.describe(ledger, page if page.exists() else None)
        unsent = tracker.close(seconds, show)
        tracker.check()
        return unsent


def _rounds(searches, name):
    """{search: records} of the runs that followed the trials of "task/variant"."""
    start = f"{name}/"
    return {
        found.removeprefix(start): records
        for found, records in searches.items()
        if found.startswith(start)
    }
