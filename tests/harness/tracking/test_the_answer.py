"""What MLflow shows first: scores with intervals, the best so far, descriptions, data."""

import json
import math

import numpy as np
import pytest
from helpers.studies import toy_task
from helpers.tracked import history, opened, parents, runs, trial

from gatelab.tasks import make
from gatelab.tracking import addresses, datasets, descriptions, views
from gatelab.tracking.scores import Score
from gatelab.trials.trial import splits_of

SCORE = Score("mse", 0.0002, 0.0001, 0.0004)


def test_a_score_stands_first_with_its_interval_and_its_logarithm(tracker):
    parent = tracker.start_parent("adding", "gru")
    best = trial(tracker, parent)
    tracker.finish_parent(parent, best, score=SCORE)
    (run,) = runs(tracker, "study")
    assert min(run.data.metrics) == "answer/test_mse"
    assert history(tracker, run, "answer/test_mse_low") == [(0, 0.0001)]
    assert history(tracker, run, "answer/test_mse_log10") == [(0, math.log10(0.0002))]
    drawn = {(1, 0.0001), (2, 0.0004), (3, 0.0002)}
    assert {*history(tracker, run, "interval/test_mse")} == drawn
    assert {*history(tracker, run, "interval/cell")} == {(step, 1.0) for step in (1, 2, 3)}
    assert run.data.metrics["interval/test_mse"] == 0.0002  # the latest, which tables show


def test_an_accuracy_has_no_logarithm_and_a_score_that_is_unknown_no_point():
    assert [*Score("accuracy", 0.9, direction="maximize").metrics()] == ["answer/test_accuracy"]
    unknown = Score("mse", math.nan)
    assert [*unknown.metrics()] == ["answer/test_mse"]
    assert unknown.points(1) == []
    assert len(Score("mse", 0.5).points(1)) == 2


def test_epochs_and_gaps_are_no_bars_among_the_scores(tracker):
    parent = tracker.start_parent("adding", "gru")
    trial(tracker, parent, best={"valid/mse": 0.5, "test/mse": 0.6, "gap/mse": 0.1})
    (child,) = runs(tracker, "trial")
    assert child.data.metrics["details/epoch"] == 3
    assert child.data.metrics["details/gap_mse"] == 0.1
    found = {key for key in child.data.metrics if key.startswith("best/")}
    assert found == {"best/valid_mse", "best/test_mse"}


def test_every_cell_has_a_place_of_its_own_which_it_keeps(tracker, out):
    for variant in ("rnn", "gru"):
        tracker.start_parent("adding", variant)
    tracker.flush()
    again = opened(out)
    gru = again.start_parent("adding", "gru")
    assert [run.data.tags["place"] for run in runs(again, "study")] == ["2", "1"]
    assert gru.tags["place"] == "2"


def test_a_running_study_shows_the_best_so_far(tracker):
    parent = tracker.start_parent("adding", "gru")
    assert tracker.due(parent)
    first = trial(tracker, parent)
    tracker.show_parent(parent, first, Score("mse", 1.0), progress="1 of 3 trials")
    assert not tracker.due(parent)
    (run,) = runs(tracker, "study")
    assert (run.info.status, run.data.tags["progress"]) == ("RUNNING", "1 of 3 trials")
    assert history(tracker, run, "answer/test_mse") == [(0, 1.0)]
    assert len(history(tracker, run, "valid/mse")) == 3

    better = trial(tracker, parent, slot=1, score=0.1)
    tracker.show_parent(parent, better, Score("mse", 0.2), progress="2 of 3 trials")
    tracker.interrupt(parent)
    (run,) = runs(tracker, "study")
    assert (run.info.status, run.data.tags["progress"]) == ("KILLED", "2 of 3 trials")
    assert history(tracker, run, "answer/test_mse") == [(0, 0.2)]
    assert history(tracker, run, "interval/test_mse") == [(3, 0.2)]
    assert parents(tracker) == [run.info.run_id] * 2


def test_before_any_trial_is_complete_a_running_study_shows_how_far_it_is(tracker):
    parent = tracker.start_parent("adding", "gru")
    tracker.show_parent(parent, None, Score("mse", math.nan), progress="1 of 3 trials")
    (run,) = runs(tracker, "study")
    assert run.data.tags["progress"] == "1 of 3 trials"
    assert run.data.metrics == {}


def test_values_that_change_are_logged_again_and_others_are_not(tracker):
    parent = tracker.start_parent("adding", "gru")
    best = trial(tracker, parent)
    for mean in (0.5, 0.5, math.nan, math.nan, 0.4):
        tracker.show_parent(parent, best, extra={"best/test_mse_mean": mean})
        tracker.flush()
    (run,) = runs(tracker, "study")
    values = [value for _, value in history(tracker, run, "best/test_mse_mean")]
    assert len(values) == 3
    assert run.data.metrics["best/test_mse_mean"] == 0.4


def test_descriptions_survive_another_best_trial(tracker):
    parent = tracker.start_parent("adding", "gru")
    first = trial(tracker, parent, score=0.5)
    tracker.show_parent(parent, first)
    tracker.describe_run(parent, "the equations", "better")
    tracker.log_data(parent, [datasets.Data("adding", "training", "abc")])
    tracker.show_parent(parent, trial(tracker, parent, slot=1, score=0.1))
    (run,) = runs(tracker, "study")
    assert (run.data.tags[descriptions.TAG], run.data.tags["verdict"]) == (
        "the equations",
        "better",
    )
    assert [each.dataset.digest for each in run.inputs.dataset_inputs] == ["abc"]


def test_an_experiment_is_described_and_its_view_saved_once(tracker):
    def experiment():
        tracker.flush()
        return tracker.runs.client.get_experiment(tracker.runs.experiment("adding"))

    tracker.describe("adding", "| a | b |")
    tracker.views("adding", "mse", "minimize")
    key, first = views.TAG + views.ANSWER, experiment().tags
    assert first[descriptions.TAG] == "| a | b |"
    assert len(first[key]) < 5000  # the least that any of MLflow's stores takes
    tracker.views("adding", "mse", "minimize")
    assert experiment().tags[key] == first[key]
    tracker.views("adding", "accuracy", "maximize")
    assert experiment().tags[key] != first[key]


def test_on_a_shared_server_the_view_shows_one_study(out):
    tracker = opened(out)
    tracker.identity = "mine"  # as with ``uri``
    tracker.views("adding", "mse", "minimize")
    tracker.flush()
    tags = tracker.runs.client.get_experiment(tracker.runs.experiment("adding")).tags
    state = views.state_of(tags[views.TAG + tracker.view])
    assert state["searchFilter"] == "tags.kind = 'study' and tags.`study.id` = 'mine'"


def test_a_view_begins_with_score_curves_time_and_size():
    state = views.state_of(views.tag("answer", "the answer", views.answer("mse", "minimize"))[1])
    shown = [chart["metricKey"] for chart in state["compareRunCharts"]]
    assert shown == ["interval/test_mse", "valid/mse", "cost/seconds", "cost/parameters"]
    assert {chart.get("scaleType") for chart in state["compareRunCharts"][:2]} == {"log"}
    assert (state["orderByKey"], state["orderByAsc"]) == ("metrics.`answer/test_mse`", True)
    accuracy = views.answer("accuracy", "maximize")
    assert accuracy["compareRunCharts"][0]["scaleType"] == "linear"
    assert not accuracy["orderByAsc"]


def test_a_description_begins_with_the_answer_and_is_marked_while_unfinished():
    rows = [("gru", "0.1 mse", "better | by far")]
    text = descriptions.experiment("gru better", "which?", "so", rows, {"seed": "0"}, "#/x")
    lines = text.splitlines()
    assert lines[0] == "**gru better** · [the report](#/x)"
    assert "| gru | 0.1 mse | better \\| by far |" in lines
    assert "* seed: 0" in lines
    text = descriptions.run("h = x", "gru better", {"weights": "7"}, unfinished="1 of 3 trials")
    assert text.startswith("**Unfinished (1 of 3 trials), so far: gru better**")
    assert "```text\nh = x\n```" in text


def test_a_description_too_long_for_mlflow_is_cut_at_a_line():
    text = descriptions.run("h = x\n" * 3000, "gru better", {})
    assert len(text) < 8000
    assert text.endswith("h = x\n```\n\n(cut)")


def test_links_into_a_run_open_in_the_mode_for_model_training(tracker):
    parent = tracker.start_parent("adding", "gru")
    tracker.flush()
    page, run = tracker.page_link(parent), tracker.link(parent)
    assert run == f"http://127.0.0.1:5000/#/experiments/1/runs/{parent.id}?{addresses.MODE}"
    assert page == f"/#/experiments/1/runs/{parent.id}/artifacts/report.html?{addresses.MODE}"
    assert tracker.link(type(parent)("adding", "rnn", "rnn", {}, 0)) is None


@pytest.mark.parametrize("name", ["adding", "digits"])
def test_data_sets_have_the_digest_of_what_is_fixed(name):
    task = toy_task() if name == "adding" else make(name)
    data = datasets.of_splits(task, splits_of(task, 0))
    assert [each.context for each in data] == ["training", "validation", "test"]
    assert bool(data[0].shape) == (name == "digits")  # adding is drawn afresh
    again = datasets.of_splits(task, splits_of(task, 1))
    assert data[1].digest != again[1].digest
    assert (data[0].digest == again[0].digest) == (name == "adding")
    assert data[0].options == {key: repr(value) for key, value in task.options().items()}


def test_a_run_holds_its_data_sets_once(tracker):
    parent = tracker.start_parent("adding", "gru")
    data = datasets.of_splits(toy_task(), splits_of(toy_task(), 0))
    for _ in range(2):
        tracker.log_data(parent, data)
    (run,) = runs(tracker, "study")
    found = {each.tags[0].value: each.dataset for each in run.inputs.dataset_inputs}
    assert len(run.inputs.dataset_inputs) == len(found) == 3
    assert found["test"].digest == data[2].digest
    assert json.loads(found["test"].profile) == {"drawn": False, "x": [16, 8, 2], "y": [16, 1]}


def test_a_digest_is_of_every_array():
    x, y = np.zeros((2, 3, 1), np.float32), np.zeros((2, 1), np.float32)
    assert datasets.digest((x, y, None)) != datasets.digest((x, y + 1, None))
