"""Trackers with and without a server that answers."""

import pytest
from helpers.tracked import Refuses

from gatelab.tracking.tracker import Tracker


@pytest.fixture
def out(tmp_path):
    """A folder for a log."""
    return tmp_path


@pytest.fixture
def tracker(out):
    return Tracker(out, study="first", commit="abc123")


@pytest.fixture
def broken(tracker):
    tracker.runs.client = Refuses(tracker.runs.client)
    tracker.outbox.pause = 0.0
    return tracker
