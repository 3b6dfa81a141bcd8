"""What is left in memory of trials that have ended and are logged; what waits is read again."""

import gc

import pytest
from helpers.searches import make, record

from gatelab.searching import reading
from gatelab.searching.storage import open_storage
from gatelab.tracking import tracker as tracking
from gatelab.tracking.tracker import Tracker
from gatelab.trials.record import Record

# Looking at every object there is touches what torch calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

CURVES = {"valid/mse": [1.0, 0.5], "valid/loss": [1.0, 0.25]}


@pytest.fixture
def both(tmp_path):
    storage = open_storage(tmp_path)
    tracker = Tracker(tmp_path, stored=reading.Stored(tmp_path))
    yield make(storage), tracker, tracker.start_parent("adding", "gru")
    tracker.close(0)
    storage.engine.dispose()


def trained(both, slots):
    search, tracker, parent = both
    for slot in slots:
        asked = search.ask(slot)
        run = tracker.start_trial(parent, slot, asked.number)
        told = record(1 / (slot + 1), params=asked.params, curves=CURVES)
        tracker.finish_trial(run, search.tell(asked, told))


def in_memory():
    """Number of records that are alive, and of those that have curves."""
    gc.collect()
    # Not isinstance: it asks what a weak reference refers to, which may be gone.
    records = [each for each in gc.get_objects() if type(each) is Record]
    return len(records), sum(bool(each.curves) for each in records)


def test_of_a_trial_that_is_logged_no_record_stays(both):
    before, _ = in_memory()
    trained(both, range(3))
    _, tracker, _ = both
    assert tracker.wait(60)
    assert in_memory()[0] == before


def test_what_waits_for_a_server_has_no_curves_and_is_sent_with_them(both, monkeypatch):
    monkeypatch.setattr(tracking, "HELD", 0)
    _, before = in_memory()
    trained(both, range(3))  # the tracker has not been started: nothing is sent
    assert in_memory()[1] == before
    _, tracker, parent = both
    assert tracker.wait(60)
    runs = tracker.runs.trials(parent)
    assert len(runs) == 3
    for run in runs:
        history = tracker.runs.client.get_metric_history(run.info.run_id, "valid/loss")
        assert [point.value for point in history] == CURVES["valid/loss"]
