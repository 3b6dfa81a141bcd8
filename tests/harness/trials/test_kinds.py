"""Targets at every step, values or classes: learned, compared and kept like the others."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.command import command

from gatelab import Network, Study, tasks, variants
from gatelab.networks.losses import LOSSES, PER_STEP
from gatelab.reporting import screen
from gatelab.reporting.facts import TaskFacts
from gatelab.reporting.figures import spans_orders
from gatelab.tasks.checks.sequences import TARGETS
from gatelab.tasks.figures.facts import SHAPE_OF_Y
from gatelab.tasks.framework.metrics import KINDS, METRICS
from gatelab.tasks.user_data.arrays import METRIC_OF
from gatelab.trials.trial import run_trial, splits_of

main = command("tasks")

OF_STEPS = ["series", "labelling"]


def remembering(kind, n=200, steps=8):
    """What stood in x one step before: its values, or which of them was positive; ragged."""
    rng = np.random.default_rng(0)
    x, lengths = rng.uniform(-1, 1, (n, steps, 2)), rng.integers(2, steps + 1, n)
    last = np.roll(x, 1, 1)
    if kind == "series":
        last[:, 0] = np.nan
        last[rng.random(last.shape) < 0.2] = np.nan  # by value, not by step
        return tasks.from_arrays(x, last, lengths, kind, name=kind)
    classes = (last > 0) @ [1, 2]
    classes[:, 0] = -1
    return tasks.from_arrays(x, classes, lengths, kind, name=kind)


def test_every_table_knows_every_kind():
    for table in (LOSSES, TARGETS, METRIC_OF, SHAPE_OF_Y):
        assert set(table) == set(KINDS)
    assert set(PER_STEP) == {kind for kind, (_, _, shape) in TARGETS.items() if "T" in shape}
    assert all(kind in METRICS[metric].kinds for kind, metric in METRIC_OF.items())
    for metric in METRICS.values():
        assert set(metric.kinds) <= set(KINDS)


@pytest.mark.parametrize("kind", OF_STEPS)
def test_a_cell_learns_what_the_step_before_held(kind, tmp_path):
    task, path = remembering(kind), tmp_path / "w.npz"
    given, splits = {"updates": 400, "hidden": 16, "batch": 16, "lr": 0.02}, splits_of(task, 0)
    record = run_trial(task, variants.get("gru"), given, 0, 0, splits, weights=path)
    metric, (baseline,) = METRICS[task.metric], task.baselines(splits).values()
    score = record.best[f"test/{metric.name}"]
    assert score < baseline / 20 if kind == "series" else score > 0.8 > 2 * baseline
    network = Network.load(path)
    assert network.kind == kind
    assert network.predict(splits.test.x).shape == (*splits.test.x.shape[:2], task.outputs)
    assert network.evaluate(splits.test, metric)[1] == score


@pytest.mark.in_process
def test_a_study_of_both_kinds(tmp_path):
    series, labelling = map(remembering, OF_STEPS)
    labelling.metric = "nll"
    given = {"workers": 1, "trials": 1, "finals": 2, "quiet": True, "page": False}
    study = Study([series, labelling], ["rnn"], out=tmp_path, settings={"updates": 5}, **given)
    board = study.run().leaderboard.set_index("task")
    assert dict(board.metric) == {"series": "mse", "labelling": "nll"}
    assert board.test_std.notna().all()
    assert board.test_nmse_mean.notna().tolist() == [True, False]  # labels have no such score
    for task in (series, labelling):
        (baseline,) = task.baselines(splits_of(task, 0)).values()
        assert board.baseline[task.name] == baseline
    assert len(list(tmp_path.glob("figures/**/curves*.png"))) == 2


@pytest.mark.parametrize(("metric", "better"), [("nll", "lower"), ("solved", "higher")])
def test_reports_take_the_better_direction_from_the_metric(metric, better):
    numbers = ("valid", "test_mean", "test_std", "baseline", "seconds_per_trial")
    counts = ("seeds", "seeds_failed", "parameters", "trials", "pruned", "failed")
    row = {"task": "mine", "variant": "gru", "metric": metric, "beats_baseline": True}
    row |= dict.fromkeys(numbers, 0.5) | dict.fromkeys(counts, 1)
    rows = pd.DataFrame([row | {"failed": 0}])
    mine = TaskFacts("mine", METRICS[metric], {"guess": 0.5})
    shown = screen.table(rows, mine)
    assert shown.title == f"\nmine: {metric}, {better} is better"
    about, below = shown.caption.splitlines()
    assert about.endswith("a description, the comparison is below")
    assert below == "baselines on test: guess 0.5"
    failed = screen.table(rows, mine, {"rnn": None, "gru": "diverged at update 7"})
    assert str(failed.caption).splitlines()[2:] == ["gru: diverged at update 7"]
    held = [replace(mine, has_validation=held) for held in (True, False)]
    columns = [[c.header for c in screen.table(rows, each).columns] for each in held]
    assert (columns[0][1], columns[1][1]) == ("best valid", "in training")
    also = {"guess": {"roc_auc": 0.5}, "persistence": {"roc_auc": 0.625, "peak": np.nan}}
    scored = rows.assign(test_roc_auc_mean=0.75)
    below = str(screen.table(scored, replace(mine, further=also)).caption)
    assert below.splitlines()[2:] == [
        "roc_auc on test: gru 0.75; guess 0.5, persistence 0.625",
        "peak on test: persistence none",
    ]


def test_an_axis_is_logarithmic_for_errors_that_span_orders_of_magnitude():
    mse, accuracy = METRICS["mse"], METRICS["accuracy"]
    assert spans_orders(mse, [0.16, 1e-4, np.nan])
    assert spans_orders(METRICS["nll"], [2.0, 0.1])
    assert not spans_orders(METRICS["nll"], [8.4, 11.1])
    assert not spans_orders(mse, [0.16, 0.0])
    assert not spans_orders(mse, [np.nan])
    assert not spans_orders(accuracy, [0.9, 0.01])


def test_the_command_line_shows_their_shapes(monkeypatch, capsys):
    for kind, shape in (("series", "y (N, 8, 2)"), ("labelling", "y (N, 8) of 4")):
        monkeypatch.setattr("gatelab.describing.one_task.make", lambda name: remembering(name))
        assert main([kind]) == 0
        assert shape in capsys.readouterr().out
