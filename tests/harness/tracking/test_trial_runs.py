"""Runs of trials in MLflow: parameters, curves, tags, ends."""

import math

import pytest
from helpers.tracked import history, opened, record, runs, trial

from gatelab.trials.record import Baseline


def test_a_trial_is_a_child_of_its_variants_run(tracker):
    parent = tracker.start_parent("adding", "gru")
    run = tracker.start_trial(parent, 42, 57)
    (child,) = runs(tracker, "trial")
    assert child.info.status == "RUNNING"
    tracker.finish_trial(run, record(42))
    (child,) = runs(tracker, "trial")
    assert child.info.run_name == "gru#0042"
    assert child.info.status == "FINISHED"
    tags = {
        "kind": "trial",
        "state": "complete",
        "optuna.trial": "57",
        "slot": "42",
        "processor": "some, avx2",
        "study": "first",
        "task": "adding",
        "variant": "gru",
        "mlflow.source.git.commit": "abc123",
        "mlflow.parentRunId": parent.id,
    }
    assert child.data.tags.items() >= tags.items()
    params = {"lr": "0.003", "hidden": "32", "optimizer": "adam", "variant": "gru"}
    assert child.data.params.items() >= params.items()
    assert history(tracker, child, "train/loss") == [(1, 1.0), (2, 0.5), (3, 1.0 / 3.0)]
    assert history(tracker, child, "best/valid_mse") == [(0, 0.5)]
    assert history(tracker, child, "cost/parameters") == [(0, 700.0)]
    assert runs(tracker, "study")[0].info.status == "RUNNING"


@pytest.mark.parametrize(
    ("state", "status"), [("complete", "FINISHED"), ("pruned", "FINISHED"), ("failed", "FAILED")]
)
def test_a_run_ends_as_its_trial_did(tracker, state, status):
    parent = tracker.start_parent("adding", "gru")
    trial(tracker, parent, state=state, reason="loss is nan" if state == "failed" else None)
    (child,) = runs(tracker, "trial")
    assert (child.info.status, child.data.tags["state"]) == (status, state)
    assert child.data.tags.get("reason") == ("loss is nan" if state == "failed" else None)
    assert "diverged" not in child.data.tags


def test_a_trial_that_measured_nothing_is_logged_too(tracker):
    parent = tracker.start_parent("adding", "gru")
    empty = {"epoch": None, "curves": {}, "best": {}, "cost": {}}
    trial(tracker, parent, state="failed", reason="out of memory", **empty)
    (child,) = runs(tracker, "trial")
    assert child.data.tags["reason"] == "out of memory"
    assert child.data.metrics == {}


def test_what_is_no_number_is_nan_and_tagged(tracker):
    parent = tracker.start_parent("adding", "gru")
    curves = {"train/loss": [1.0, math.inf, math.nan], "valid/mse": [1.0, math.nan, -math.inf]}
    trial(tracker, parent, state="failed", curves=curves, best={"valid/mse": math.nan})
    (child,) = runs(tracker, "trial")
    assert child.data.tags["diverged"] == "true"
    for key in curves:
        values = [value for _, value in history(tracker, child, key)]
        assert values[0] == 1.0
        assert all(math.isnan(value) for value in values[1:])
    assert math.isnan(child.data.metrics["best/valid_mse"])


def test_what_goes_over_something_else_than_epochs_is_sent_twice_and_stored_once(tracker):
    parent = tracker.start_parent("adding", "gru")
    over = {"latency/milliseconds": [[8, 0.5], [16, math.nan]]}
    best = {"valid/mse": 0.5, "test/mse": 0.7, "test/loss": 0.7, "valid/loss": 0.5, "test/mae": 0.6}
    baseline = Baseline("always 1", 0.1667, False)
    run = tracker.start_trial(parent, 0, 0)
    for _ in range(2):
        tracker.finish_trial(run, record(over=over, best=best, baseline=baseline))
    (child,) = runs(tracker, "trial")
    (step, time), (longer, unknown) = history(tracker, child, "latency/milliseconds")
    assert (step, time, longer, math.isnan(unknown)) == (8, 0.5, 16, True)
    assert history(tracker, child, "test/mae") == [(0, 0.6)]  # no other split has it
    assert history(tracker, child, "best/test_mse") == [(0, 0.7)]
    tags = {"baseline": "always 1: 0.1667", "beats_baseline": "false"}
    assert child.data.tags.items() >= tags.items()


def test_more_than_mlflow_takes_in_one_call_is_sent_in_several(tracker):
    parent = tracker.start_parent("adding", "gru")
    params = {f"setting_{k}": k for k in range(230)}
    trial(tracker, parent, epochs=1300, params=params)
    (child,) = runs(tracker, "trial")
    assert len(history(tracker, child, "train/loss")) == 1300
    assert len(history(tracker, child, "valid/mse")) == 1300
    assert child.data.params.items() >= {key: str(k) for key, k in params.items()}.items()


def test_an_interrupted_trial_is_killed_and_its_slot_runs_anew(tracker, out):
    parent = tracker.start_parent("adding", "gru")
    tracker.interrupt(tracker.start_trial(parent, 0, 0))
    tracker.interrupt(parent)
    assert runs(tracker, "study")[0].info.status == "KILLED"
    again = opened(out)
    parent = again.start_parent("adding", "gru", [])
    trial(again, parent, trial=1)
    killed, finished = runs(again, "trial")
    assert (killed.info.status, killed.data.tags["state"]) == ("KILLED", "interrupted")
    assert (finished.info.status, finished.data.tags["optuna.trial"]) == ("FINISHED", "1")
