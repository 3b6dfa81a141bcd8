"""Trackers with and without a server that answers."""

import pytest
from helpers.tracked import Refuses, opened

from gatelab.tracking import outbox


@pytest.fixture
def out(tmp_path):
    """A folder for a log."""
    return tmp_path


@pytest.fixture
def tracker(out):
    tracker = opened(out, commit="abc123")
    yield tracker
    tracker.outbox.stop()


@pytest.fixture
def broken(tracker, monkeypatch):
    """A tracker whose client can be told to refuse; nothing is tried again unless asked for."""
    monkeypatch.setattr(outbox, "PAUSES", (60.0, 60.0))
    tracker.flush()
    tracker.runs.client = Refuses(tracker.runs.client)
    return tracker
