"""The log: what a study writes to MLflow, once, also when MLflow does not answer."""

import logging
import math
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from helpers.records import make_record

from gatelab.errors import StudyError
from gatelab.foundation import sqlite
from gatelab.tracking.colours import KNOWN, PALETTE, colour
from gatelab.tracking.outbox import Outbox
from gatelab.tracking.runs import ui_command, ui_environment, ui_link
from gatelab.tracking.tracker import Tracker
from gatelab.trials.record import Baseline


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder whose tables are made: that takes a second."""
    out = tmp_path_factory.mktemp("log")
    Tracker(out).analyze()
    return (out / "mlflow.db").read_bytes()


@pytest.fixture
def out(made, tmp_path):
    (tmp_path / "mlflow.db").write_bytes(made)
    return tmp_path


@pytest.fixture
def tracker(out):
    return Tracker(out, study="first", commit="abc123")


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


def runs(tracker, kind, task="adding"):
    found = tracker.runs.search(task, f"tags.kind = '{kind}'")
    return sorted(found, key=lambda run: (run.info.run_name, run.info.start_time))


def parents(tracker):
    return [run.data.tags["mlflow.parentRunId"] for run in runs(tracker, "trial")]


def history(tracker, run, key):
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


@pytest.fixture
def broken(tracker):
    tracker.runs.client = Refuses(tracker.runs.client)
    tracker.outbox.pause = 0.0
    return tracker


# What stands in MLflow ---------------------------------------------------------------------


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
    again = Tracker(out, study="first")
    parent = again.start_parent("adding", "gru", [])
    trial(again, parent, trial=1)
    killed, finished = runs(again, "trial")
    assert (killed.info.status, killed.data.tags["state"]) == ("KILLED", "interrupted")
    assert (finished.info.status, finished.data.tags["optuna.trial"]) == ("FINISHED", "1")


# The parent ---------------------------------------------------------------------


def test_the_parent_shows_the_best_trial_with_its_figures(tracker, tmp_path):
    figure, weights = tmp_path / "curves.png", tmp_path / "weights.npz"
    figure.write_bytes(b"png")
    weights.write_bytes(b"npz")
    parent = tracker.start_parent("adding", "gru")
    best = trial(tracker, parent)
    tracker.finish_parent(parent, best, [figure, weights], {"best/test_mse_spread": 0.1})
    (run,) = runs(tracker, "study")
    assert (run.info.run_name, run.info.status) == ("gru", "FINISHED")
    assert "mlflow.parentRunId" not in run.data.tags
    assert run.data.params["variant"] == "gru"
    assert len(history(tracker, run, "valid/mse")) == 3
    assert history(tracker, run, "best/test_mse_spread") == [(0, 0.1)]
    files = tracker.runs.client.list_artifacts(run.info.run_id)
    assert sorted(file.path for file in files) == ["curves.png", "weights.npz"]
    assert str(tmp_path / "artifacts" / "adding") in run.info.artifact_uri


def test_running_the_study_again_doubles_nothing(tracker, out):
    parent = tracker.start_parent("adding", "gru")
    best = trial(tracker, parent)
    tracker.finish_parent(parent, best)
    ids = {run.info.run_id for kind in ("study", "trial") for run in runs(tracker, kind)}
    for _ in range(2):
        again = Tracker(out, study="first")
        parent = again.start_parent("adding", "gru", [best])
        assert runs(again, "study")[0].info.status == "RUNNING"
        again.finish_parent(parent, best)
    (run,) = runs(again, "study")
    (child,) = runs(again, "trial")
    assert {run.info.run_id, child.info.run_id} == ids
    for one in (run, child):
        assert one.info.status == "FINISHED"
        assert len(history(again, one, "valid/mse")) == 3
        assert len(history(again, one, "best/valid_mse")) == 1


def test_a_better_trial_takes_the_place_of_the_one_shown(tracker, out):
    parent = tracker.start_parent("adding", "gru")
    first = trial(tracker, parent, score=0.5)
    tracker.finish_parent(parent, first)
    again = Tracker(out, study="first")
    parent = again.start_parent("adding", "gru", [first])
    second = trial(again, parent, slot=1, score=0.1, params={"lr": 0.01})
    again.finish_parent(parent, second)
    (run,) = runs(again, "study")
    assert run.info.status == "FINISHED"
    assert run.data.params["lr"] == "0.01"
    assert history(again, run, "best/valid_mse") == [(0, 0.1)]
    assert len(history(again, run, "valid/mse")) == 3
    assert parents(again) == [run.info.run_id] * 2


@pytest.mark.parametrize("after", range(1, 13))
def test_a_parent_half_written_is_completed_wherever_it_broke_off(broken, out, after):
    parent = broken.start_parent("adding", "gru")
    first = trial(broken, parent, score=0.5)
    broken.finish_parent(parent, first)
    second = trial(broken, parent, slot=1, score=0.1)
    client, left = broken.runs.client, after

    def count(name):
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionError
        return getattr(client.client, name)

    broken.runs.client = type("Dies", (), {"__getattr__": lambda self, name: count(name)})()
    broken.finish_parent(parent, second)

    again = Tracker(out, study="first")
    parent = again.start_parent("adding", "gru", [first, second])
    again.finish_parent(parent, second)
    assert again.flush()
    (run,) = runs(again, "study")
    deleted = again.runs.client.search_runs([run.info.experiment_id], run_view_type=2)
    assert len(deleted) == 1  # Replaced once, not once more for having broken off.
    assert history(again, run, "best/valid_mse") == [(0, 0.1)]
    assert len(history(again, run, "valid/mse")) == 3
    assert parents(again) == [run.info.run_id] * 2


def test_without_a_complete_trial_the_variant_has_failed(tracker):
    parent = tracker.start_parent("adding", "gru")
    tracker.finish_parent(parent, None)
    assert runs(tracker, "study")[0].info.status == "FAILED"


def test_tasks_are_experiments_and_variants_have_one_colour_in_all_of_them(tracker, out):
    for task in ("adding", "digits"):
        for variant in ("rnn", "standard", "peephole", "coupled", "gru", "mine", "yours"):
            tracker.start_parent(task, variant)
    names = {tracker.runs.client.get_experiment(k).name for k in tracker.experiments().values()}
    assert names == set(tracker.experiments()) == {"adding", "digits"}

    def colours(task):
        return {
            run.data.tags["variant"]: run.data.tags["mlflow.runColor"]
            for run in runs(tracker, "study", task)
        }

    assert colours("adding") == colours("digits")
    assert len(set(colours("adding").values())) == 7


def test_studies_that_share_a_server_keep_apart(tracker, out):
    tracker.start_parent("adding", "gru")
    Tracker(out, study="second").start_parent("adding", "gru")
    assert [run.data.tags["study"] for run in runs(tracker, "study")] == ["first", "second"]


def test_colours_are_distinct_and_stable():
    assert len({colour(name) for name in KNOWN}) == len(KNOWN) <= len(PALETTE)
    assert colour("mine") == colour("mine") not in {colour(name) for name in KNOWN}
    assert colour("mine", taken=[colour("mine")]) != colour("mine")
    assert colour("mine", taken=PALETTE) in PALETTE


# When MLflow does not answer ---------------------------------------------------------------------


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


def test_what_mlflow_lacks_is_sent_when_the_study_is_opened(tracker, out, made):
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
    with pytest.raises(StudyError, match="cannot open the log") as caught:
        Tracker(tmp_path / "nowhere")
    assert "\n" not in str(caught.value)
    (tmp_path / "mlflow.db").write_bytes(b"this is no database, but it is long enough" * 99)
    with pytest.raises(StudyError, match="cannot open the log"):
        Tracker(tmp_path)


# The file and the page ---------------------------------------------------------------------


def test_the_file_is_written_without_waiting_and_analyzed(tracker, out):
    tracker.start_parent("adding", "gru")
    tracker.analyze()
    with closing(sqlite3.connect(out / "mlflow.db")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert file.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0
    assert not (out / "mlflow.db-wal").exists() or (out / "mlflow.db-wal").stat().st_size == 0


def test_only_our_files_are_hurried(tmp_path):
    from sqlalchemy import create_engine

    sqlite.quick(tmp_path / "ours.db")
    found = {}
    for name in ("ours.db", "theirs.db"):
        engine = create_engine(sqlite.url(tmp_path / name))
        with engine.connect() as connection:
            found[name] = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        engine.dispose()
    assert found == {"ours.db": 1, "theirs.db": 2}


def test_making_the_tables_says_nothing_and_workers_do_not_import_mlflow(tmp_path):
    code = (
        "import sys; from gatelab.tracking.tracker import Tracker;"
        "assert 'mlflow' not in sys.modules;"
        f"Tracker({str(tmp_path)!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == ""


def test_the_page_and_the_command(tmp_path):
    assert ui_link("3") == (
        "http://127.0.0.1:5000/#/experiments/3/runs?workflowType=machine_learning&compareRunsMode=CHART"
    )
    command = ui_command(tmp_path, port=5001)
    assert command[:4] == [sys.executable, "-m", "mlflow", "server"]
    assert sqlite.url(tmp_path / "mlflow.db") in command
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--workers") + 1] == "1"
    environment = ui_environment()
    assert environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert environment["PATH"] == os.environ["PATH"]
