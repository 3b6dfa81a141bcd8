"""A cell's own run in MLflow: it shows the best trial, whatever happened on the way."""

import pytest
from helpers.tracked import history, opened, parents, runs, trial

from gatelab.foundation import sqlite
from gatelab.tracking import tables
from gatelab.tracking.colours import KNOWN, PALETTE, colour


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
        again = opened(out)
        parent = again.start_parent("adding", "gru", [best])
        assert runs(again, "study")[0].info.status == "RUNNING"
        again.finish_parent(parent, best)
        again.flush()
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
    tracker.flush()
    again = opened(out)
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
    broken.flush()
    client, left = broken.runs.client, after

    def count(name):
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionError
        return getattr(client.client, name)

    broken.runs.client = type("Dies", (), {"__getattr__": lambda self, name: count(name)})()
    broken.finish_parent(parent, second)
    broken.flush()

    again = opened(out)
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
    tracker.flush()
    names = {tracker.runs.client.get_experiment(k).name for k in tracker.experiments().values()}
    assert names == set(tracker.experiments()) == {"adding", "digits"}

    def colours(task):
        return {
            run.data.tags["variant"]: run.data.tags["mlflow.runColor"]
            for run in runs(tracker, "study", task)
        }

    assert colours("adding") == colours("digits")
    assert len(set(colours("adding").values())) == 7


def test_studies_that_share_a_server_keep_apart(out):
    tables.prepare(out / "shared.db")
    uri = sqlite.url(out / "shared.db")
    for name in ("first", "second"):
        tracker = opened(out, study=name, uri=uri, identity=name * 2)
        parent = tracker.start_parent("adding", "gru")
        trial(tracker, parent)
        assert [run.data.tags["study"] for run in runs(tracker, "study")][-1] == name
        assert parents(tracker)[-1] == parent.id
    assert len(runs(tracker, "study")) == len(runs(tracker, "trial")) == 2


def test_colours_are_distinct_and_stable():
    assert len({colour(name) for name in KNOWN}) == len(KNOWN) <= len(PALETTE)
    assert colour("mine") == colour("mine") not in {colour(name) for name in KNOWN}
    assert colour("mine", taken=[colour("mine")]) != colour("mine")
    assert colour("mine", taken=PALETTE) in PALETTE
