"""Trials sent to a tracker, and what MLflow holds of them."""

from gatelab.tracking.tracker import Tracker
from helpers.records import make_record


def record(slot=0, score=0.5, state="complete", epochs=3, **more):
    curves = {
        "train/loss": [1.0 / k for k in range(1, epochs + 1)],
        "valid/mse": [score + 1.0 / k for k in range(1, epochs + 1)],
    }
    given = {
        "params": {"lr": 0.003, "hidden": 32, "optimizer": "adam"},
        "curves": curves,
        "epoch": epochs,
        "best": {"valid/mse": score, "test/mse": 2 * score},
        "cost": {"seconds": 2.0, "parameters": 700},
        "slot": slot,
        "trial": slot,
    }
    return make_record(state, **given | more)


def opened(out, **given):
    """A tracker that writes."""
    return Tracker(out, **{"study": "first"} | given).start()


def runs(tracker, kind, task="adding"):
    """The runs of a kind in MLflow, once everything has been tried."""
    tracker.flush()
    found = tracker.runs.search(task, f"tags.kind = '{kind}'")
    return sorted(found, key=lambda run: (run.info.run_name, run.info.start_time))


def parents(tracker):
    return [run.data.tags["mlflow.parentRunId"] for run in runs(tracker, "trial")]


def history(tracker, run, key):
    tracker.flush()
    return [(m.step, m.value) for m in tracker.runs.client.get_metric_history(run.info.run_id, key)]


def trial(tracker, parent, **kind):
    sent = record(**kind)
    run = tracker.start_trial(parent, sent.slot, sent.trial)
    tracker.finish_trial(run, sent)
    return sent


class Refuses:
    """MLflow's client, gone while ``down``, or for the calls named; counts what it is asked for."""

    def __init__(self, client):
        self.client, self.down, self.names, self.calls = client, False, (), 0

    def __getattr__(self, name):
        self.calls += 1
        if self.down or name in self.names:
            raise ConnectionError(f"no server for {name}\nand a long story")
        return getattr(self.client, name)
