"""When MLflow does not answer, nothing fails and nothing is lost."""

from helpers.refusals import refused
from helpers.tracked import history, opened, parents, record, runs, trial

from gatelab.errors import StudyError


def test_a_failing_client_fails_nothing_and_gets_everything_later(broken):
    parent = broken.start_parent("adding", "gru")
    broken.flush()
    broken.runs.client.down = True
    best = trial(broken, parent)
    lost = broken.start_trial(parent, 1, 1)
    broken.interrupt(lost)
    broken.finish_parent(parent, best)
    assert not broken.flush()
    assert broken.outbox.waiting() == 3
    broken.runs.client.down = False
    assert broken.flush()
    finished, killed = runs(broken, "trial")
    assert len(history(broken, finished, "valid/mse")) == 3
    assert (finished.info.status, killed.info.status) == ("FINISHED", "KILLED")
    (run,) = runs(broken, "study")
    assert (run.info.status, len(history(broken, run, "valid/mse"))) == ("FINISHED", 3)


def test_children_wait_for_a_parent_that_could_not_be_made(broken):
    broken.runs.client.down = True
    parent = broken.start_parent("adding", "gru")
    trial(broken, parent)
    assert not broken.flush()
    broken.runs.client.down = False
    assert broken.flush()
    (run,) = runs(broken, "study")
    assert parents(broken) == [parent.id] == [run.info.run_id]


def test_children_wait_until_their_parent_has_settled_what_it_found(broken, out):
    before = opened(out)
    before.start_parent("adding", "gru")
    before.close()
    broken.runs.client.names = ["update_run"]
    parent = broken.start_parent("adding", "gru")
    broken.start_trial(parent, 0, 0)
    assert runs(broken, "trial") == []
    broken.runs.client.names = []
    assert broken.flush()
    (child,) = runs(broken, "trial")
    assert child.info.status == "RUNNING"  # Not taken for a dead one.


def test_what_mlflow_lacks_is_sent_when_the_study_is_opened(tracker, out):
    parent = tracker.start_parent("adding", "gru")
    kept = trial(tracker, parent)
    tracker.start_trial(parent, 1, 1)  # Its process died before it told anybody ...
    tracker.start_trial(parent, 2, 2)  # ... this one's after it told Optuna ...
    told = [kept, record(2), record(3, state="pruned")]  # ... and of the last MLflow never heard.
    tracker.flush()
    again = opened(out)
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
        opened(tmp_path / "nowhere")
    (tmp_path / "mlflow.db").write_bytes(b"this is no database, but it is long enough" * 99)
    with refused(
        StudyError, "cannot open the log .*made again from the study's records: gatelab doctor"
    ):
        opened(tmp_path)
