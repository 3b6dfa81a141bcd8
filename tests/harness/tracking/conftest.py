"""Trackers whose tables are made, with and without a server that answers."""

import pytest
from helpers.studies import empty_log
from helpers.tracked import Refuses

from gatelab.tracking.tracker import Tracker


@pytest.fixture
def out(tmp_path):
    """A folder with the tables of a log."""
    (tmp_path / "mlflow.db").write_bytes(empty_log())
    return tmp_path


@pytest.fixture
def tracker(out):
    return Tracker(out, study="first", commit="abc123")


@pytest.fixture
def broken(tracker):
    tracker.runs.client = Refuses(tracker.runs.client)
    tracker.outbox.pause = 0.0
    return tracker
