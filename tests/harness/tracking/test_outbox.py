"""When MLflow does not answer, nothing fails and nothing is lost."""

import logging
import math

import pytest
from helpers.refusals import refused
from helpers.tracked import history, parents, record, runs, trial

from gatelab.errors import StudyError
from gatelab.tracking.outbox import Outbox
from gatelab.tracking.tracker import Tracker


def test_a_failing_client_fails_nothing_and_gets_everything_later(broken, caplog):
    parent = broken.start_parent("adding", "gru")
    broken.runs.client.down = True
    with caplog.at_level(logging.WARNING):
        best = trial(broken, parent)
        lost = broken.start_trial(parent, 1, 1)
        broken.interrupt(lost)
        broken.finish_parent(parent, best)
    (warning,) = caplog.records  # One line for the whole of it.
    assert "no server for create_run" in warning.getMessage()
    assert "\n" not in warning.getMessage()
    assert broken.outbox.waiting() == 3
    assert not broken.flush()
    broken.runs.client.down = False
    assert broken.flush()
    finished, killed = runs(broken, "trial")
    assert len(history(broken, finished, "valid/mse")) == 3
    assert (finished.info.status, killed.info.status) == ("FINISHED", "KILLED")
    (run,) = runs(broken, "study")
    assert (run.info.status, len(history(broken, run, "valid/mse"))) == ("FINISHED", 3)


def test_what_waits_goes_out_with_the_next_that_passes(broken):
    parent = broken.start_parent("adding", "gru")
    broken.runs.client.down = True
    trial(broken, parent)
    broken.runs.client.down = False
    trial(broken, parent, slot=1)
    assert broken.outbox.waiting() == 0
    assert [run.info.status for run in runs(broken, "trial")] == ["FINISHED", "FINISHED"]


def test_children_wait_for_a_parent_that_could_not_be_made(broken):
    broken.runs.client.down = True
    parent = broken.start_parent("adding", "gru")
    broken.runs.client.down = False
    broken.outbox.pause = 60.0
    broken.outbox._not_before = math.inf
    trial(broken, parent)
    assert broken.flush()
    (run,) = runs(broken, "study")
    assert parents(broken) == [parent.id] == [run.info.run_id]


def test_children_wait_until_their_parent_has_settled_what_it_found(broken, out):
    Tracker(out, study="first").start_parent("adding", "gru")
    broken.runs.client.names = ["update_run"]
    parent = broken.start_parent("adding", "gru")
    broken.start_trial(parent, 0, 0)
    assert runs(broken, "trial") == []
    broken.runs.client.names = []
    assert broken.flush()
    (child,) = runs(broken, "trial")
    assert child.info.status == "RUNNING"  # Not taken for a dead one.


def test_a_server_that_is_gone_is_not_asked_at_every_trial(broken):
    parent = broken.start_parent("adding", "gru")
    broken.outbox.pause = 60.0
    broken.runs.client.down = True
    trial(broken, parent)
    calls = broken.runs.client.calls
    for slot in range(1, 5):
        trial(broken, parent, slot=slot)
    assert broken.runs.client.calls == calls


def test_one_that_is_refused_for_good_holds_up_nobody():
    outbox, sent = Outbox(pause=0.0), []

    def refused():
        raise ValueError("never")

    outbox.put("bad", refused)
    outbox.put("bad", lambda: sent.append("after bad"))
    outbox.put("good", lambda: sent.append("good"))
    assert sent == ["good"]
    assert (outbox.waiting(), outbox.waiting("bad"), outbox.waiting("good")) == (1, 2, 0)


def test_an_interrupt_is_not_swallowed(tracker):
    parent = tracker.start_parent("adding", "gru")

    def pressed():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tracker.outbox.put(parent, pressed)


def test_what_mlflow_lacks_is_sent_when_the_study_is_opened(tracker, out):
    parent = tracker.start_parent("adding", "gru")
    kept = trial(tracker, parent)
    tracker.start_trial(parent, 1, 1)  # Its process died before it told anybody ...
    tracker.start_trial(parent, 2, 2)  # ... this one's after it told Optuna ...
    told = [kept, record(2), record(3, state="pruned")]  # ... and of the last MLflow never heard.
    again = Tracker(out, study="first")
    again.start_parent("adding", "gru", told)
    found = {run.info.run_name: run for run in runs(again, "trial")}
    states = {name: (run.info.status, run.data.tags["state"]) for name, run in found.items()}
    assert states == {
        "gru#0000": ("FINISHED", "complete"),
        "gru#0001": ("KILLED", "interrupted"),
        "gru#0002": ("FINISHED", "complete"),
        "gru#0003": ("FINISHED", "pruned"),
    }
    assert all(len(history(again, found[f"gru#000{k}"], "valid/mse")) == 3 for k in (0, 2, 3))
    again.start_parent("adding", "gru", told)
    assert len(runs(again, "trial")) == 4


def test_a_log_that_cannot_be_opened_is_refused_at_once(tmp_path):
    with refused(StudyError, "cannot open the log"):
        Tracker(tmp_path / "nowhere")
    (tmp_path / "mlflow.db").write_bytes(b"this is no database, but it is long enough" * 99)
    with pytest.raises(StudyError, match="cannot open the log"):
        Tracker(tmp_path)
