"""What a trial measures beyond its metric, and where a study shows it."""

import json
import shutil
import sys
import time
from functools import partial

import cloudpickle
import numpy as np
import optuna
import pandas as pd
import pytest
from mlflow import MlflowClient
from sklearn import metrics as judge

from gatelab import Network, Study, tasks, variants
from gatelab.tasks import Batch, Dataset, Splits, Task, TaskError
from gatelab.tracking.tracker import Tracker
from gatelab.trials import measures
from gatelab.trials.record import Record
from gatelab.trials.trial import run_trial, splits_of

pytestmark = [pytest.mark.xdist_group("studies")]
cloudpickle.register_pickle_by_value(sys.modules[__name__])

SETTINGS = {"hidden": 6, "batch": 16, "lr": 0.05}


class Mine(Task):
    """x (N, 8, 2) of noise, split 60/20/20."""

    inputs = 2
    epochs = 4
    patience = None

    def splits(self, rng):
        x = rng.standard_normal((150, 8, 2)).astype(np.float32)
        everything = self.batch(rng, x)
        train, valid, test = (everything.rows(slice(k, k + 50)) for k in (0, 50, 100))
        return Splits(Dataset(train), valid, test)


class Signs(Mine):
    """Which quadrant the sums of both inputs lie in: two classes each, or four."""

    name = "signs"
    kind = "classification"
    metric = "accuracy"
    outputs = 4
    labels = ("south-west", "south-east", "north-west", "north-east")

    def batch(self, rng, x):
        east, north = (x.sum(1) > 0).astype(np.int64).T
        return Batch(x, (east + 2 * north if self.outputs == 4 else east))

    def baselines(self, splits):
        return {"always wrong": 0.0, "wrong": -1.0}

    def further_scores(self, outputs, batch):
        return {"first": batch.y[0], "surest": outputs.max()}


class Ahead(Mine):
    """The next three steps of two series, which nothing foretells."""

    name = "ahead"
    outputs = 6
    ahead = 3

    def batch(self, rng, x):
        return Batch(x, rng.standard_normal((len(x), 6)).astype(np.float32))

    def baselines(self, splits):
        return {"an oracle": 0.0, "zero": 1.0}


def trial(task, **given):
    return run_trial(task, variants.get("gru"), SETTINGS | given, 0, 0, splits_of(task, 0))


# One trial ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 4])
def test_classes_are_scored_as_scikit_learn_does(tmp_path, classes):
    task = Signs()
    task.outputs, task.labels = classes, ()
    test = splits_of(task, 0).test
    saved = tmp_path / "w.npz"
    record = run_trial(task, variants.get("gru"), SETTINGS, 0, 0, splits_of(task, 0), weights=saved)
    logits = Network.load(saved).predict(test.x).astype(np.float64)
    odds = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    answers, nats = logits.argmax(1), judge.log_loss(test.y, odds)
    expected = {
        "accuracy": judge.accuracy_score(test.y, answers),
        "macro_f1": judge.f1_score(test.y, answers, average="macro"),
        "nll": nats,
        "loss": nats,
        "perplexity": np.exp(nats),
        "bits": nats / np.log(2),
        "first": test.y[0],
        "surest": logits.max(),
    }
    if classes == 2:
        expected["roc_auc"] = judge.roc_auc_score(test.y, odds[:, 1])
        expected["average_precision"] = judge.average_precision_score(test.y, odds[:, 1])
    found = {k.removeprefix("test/"): v for k, v in record.best.items() if k[:5] == "test/"}
    assert found == pytest.approx(expected, rel=1e-5)
    assert record.confusion == judge.confusion_matrix(test.y, answers).tolist()
    assert [*record.over] == ["latency/milliseconds"]
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_each_step_ahead_is_scored_by_itself():
    task = Ahead()
    test = splits_of(task, 0).test
    network = Network(variants.get("rnn")(), 2, 3, 6, "regression").init(np.random.default_rng(0))
    found = measures.on_split(task, network, test)
    outputs = network.predict(test.x)
    for step in range(3):
        pair = [], []
        for row in range(50):
            for series in range(2):
                pair[0].append(test.y[row, 2 * step + series])
                pair[1].append(outputs[row, 2 * step + series])
        squared, absolute = judge.mean_squared_error(*pair), judge.mean_absolute_error(*pair)
        assert found.over["horizon/mse"][step] == [step + 1, pytest.approx(squared, rel=1e-6)]
        assert found.over["horizon/rmse"][step][1] == pytest.approx(squared**0.5, rel=1e-6)
        assert found.over["horizon/mae"][step][1] == pytest.approx(absolute, rel=1e-6)
        columns = slice(2 * step, 2 * step + 2)
        r2 = judge.r2_score(
            test.y[:, columns], outputs[:, columns], multioutput="variance_weighted"
        )
        assert found.over["horizon/nmse"][step][1] == pytest.approx(1 - r2, rel=1e-5)
    assert np.mean([v for _, v in found.over["horizon/mse"]]) == pytest.approx(found.scores["mse"])
    assert found.confusion is None


def test_what_is_known_by_heart_is_a_gap():
    record = trial(Ahead(), epochs=60, hidden=24)
    gap, train, valid = (np.array(record.curves[f"{k}/mse"]) for k in ("gap", "train", "valid"))
    np.testing.assert_array_equal(gap, valid - train)
    assert gap[-1] > 0.3  # noise is learned by heart
    epoch = record.epoch
    assert record.best["gap/mse"] == gap[epoch - 1]
    assert record.best["gap/loss"] == record.curves["gap/loss"][epoch - 1]
    known = measures.gaps({"train/loss": 0.5, "valid/loss": 0.25, "train/acc": 1.0}, "acc")
    assert known == {"gap/loss": -0.25}  # of the metric there is no validation
    assert np.isnan(
        measures.gaps({"train/loss": [np.inf], "valid/loss": [np.inf]}, "acc")["gap/loss"]
    )


class Slow:
    """Takes a millisecond per step."""

    def __init__(self):
        self.seen = []

    def predict(self, x):
        self.seen.append(x.shape)
        time.sleep(0.001 * x.shape[1])


def test_latency_is_timed_at_halves_of_the_longest_sequence():
    x, lengths = np.zeros((3, 60, 2), np.float32), np.array([3, 50, 7])
    network = Slow()
    timed = measures.latency(network, Batch(x, np.zeros(3), lengths))["latency/milliseconds"]
    assert [steps for steps, _ in timed] == [2, 4, 7, 13, 25, 50]
    assert all(steps <= time < 3 * steps + 20 for steps, time in timed)
    assert 3 < network.seen.count((1, 2, 2)) <= 25
    assert network.seen.count((1, 50, 2)) == 1  # a long one is timed once
    short = measures.latency(Slow(), Batch(x[:, :1], np.zeros(3)))["latency/milliseconds"]
    assert [steps for steps, _ in short] == [1]  # and there is no shorter one


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        ({"mse": 1.0}, "further_scores: 'mse' is no name for another score"),
        ({"roc auc": 1.0}, "further_scores: 'roc auc' is no name for another score"),
        ({"roc_auc": None}, "further_scores: roc_auc is None, not a number"),
    ],
)
def test_further_scores_of_a_task_are_checked(scores, complaint):
    task = Ahead()
    task.further_scores = lambda outputs, batch: scores
    with pytest.raises(TaskError, match=complaint):
        tasks.check_task(task)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"ahead": 4}, "ahead is 4, for 6 outputs of a regression"),
        ({"labels": ("a",)}, "1 labels for 6"),
    ],
)
def test_what_a_task_says_of_its_outputs_is_checked(given, complaint):
    task = Ahead()
    vars(task).update(given)
    with pytest.raises(TaskError, match=complaint):
        tasks.check_task(task)


# A study -----------------------------------------------------------------------------------------


def study(out, trials=2):
    given = {"workers": 1, "finals": 2, "sampler": "random", "quiet": True}
    settings = {name: SETTINGS[name] for name in ("hidden", "batch")}
    return Study([Signs(), Ahead()], ["gru"], trials, out=out, settings=settings, **given)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """(folder, its result, the log)."""
    out = tmp_path_factory.mktemp("measured")
    Tracker(out).analyze()  # the tables of a log: a second or two, once
    shutil.copy(out / "mlflow.db", out / "empty.db")
    result = study(out).run()
    return out, result, MlflowClient(f"sqlite:///{out}/mlflow.db")


def logged(log, task, kind):
    (experiment,) = (log.get_experiment_by_name(task),)
    return log.search_runs([experiment.experiment_id], f"tags.kind = '{kind}'")


@pytest.mark.parametrize(
    ("task", "baseline", "beaten"),
    [("signs", "always wrong: 0", "true"), ("ahead", "an oracle: 0", "false")],
)
def test_a_score_is_marked_against_the_best_baseline(done, task, baseline, beaten):
    _, result, log = done
    for kind in ("study", "trial"):
        for run in logged(log, task, kind):
            assert (run.data.tags["baseline"], run.data.tags["beats_baseline"]) == (
                baseline,
                beaten,
            )
    board = result.leaderboard.set_index("task")
    assert board.beats_baseline[task] == (beaten == "true")


def test_curves_over_something_else_than_epochs_have_their_own_steps(done):
    _, _, log = done
    for kind in ("study", "trial"):
        for run in logged(log, "ahead", kind):
            history = partial(log.get_metric_history, run.info.run_id)
            for metric in ("mse", "rmse", "mae", "nmse"):
                assert sorted(m.step for m in history(f"horizon/{metric}")) == [1, 2, 3]
            assert sorted(m.step for m in history("latency/milliseconds")) == [1, 2, 4, 8]
            gap, train, valid = (
                {m.step: m.value for m in history(f"{part}/mse")}
                for part in ("gap", "train", "valid")
            )
            assert gap == {k: valid[k] - train[k] for k in (1, 2, 3, 4)}
            assert run.data.metrics.keys() >= {"best/test_mse", "best/test_loss", "test/rmse"}
            assert run.data.metrics["best/gap_mse"] == gap[run.data.metrics["best/epoch"]]
            assert run.data.metrics["test/mae"] > 0


def test_the_leaderboard_has_the_means_of_further_scores(done):
    out, result, _ = done
    row = result.leaderboard.set_index("task").loc["signs"]
    named = f"signs/gru/best {row.best_trial}"
    finals = optuna.load_study(study_name=named, storage=f"sqlite:///{out}/optuna.db").trials
    each = [final.user_attrs["record"]["best"]["test/macro_f1"] for final in finals]
    assert each[0] != each[1]
    assert row.test_macro_f1_mean == np.mean(each)
    written = pd.read_csv(out / "leaderboard-signs.csv")
    assert written.test_macro_f1_mean[0] == row.test_macro_f1_mean
    assert "test_mae_mean" not in written
    assert np.isnan(row.test_mae_mean)


def test_the_confusion_of_the_best_trial_is_drawn_and_counted(done):
    out, result, log = done
    (parent,) = logged(log, "signs", "study")
    slot = result.leaderboard.set_index("task").best_trial["signs"]
    names = {a.path for a in log.list_artifacts(parent.info.run_id)}
    assert {f"confusion-{slot:04d}.png", f"confusion-{slot:04d}.csv"} <= names
    counts = pd.read_csv(out / f"figures/signs/gru/confusion-{slot:04d}.csv", index_col="true")
    assert list(counts.columns) == list(counts.index) == list(Signs.labels)
    best = result.trials.query("task == 'signs' and trial == @slot").iloc[0]
    assert counts.to_numpy().sum() == 50
    assert np.trace(counts) / 50 == best.test_accuracy
    assert not list((out / "figures/ahead").glob("**/confusion*"))


def test_a_log_that_was_lost_is_sent_again(done, tmp_path):
    out = shutil.copytree(done[0], tmp_path / "again")
    before = logged(done[2], "signs", "trial")
    (out / "empty.db").replace(out / "mlflow.db")
    study(out, trials=3).run()
    after = logged(MlflowClient(f"sqlite:///{out}/mlflow.db"), "signs", "trial")
    assert len(after) == len(before) + 1
    metrics = lambda runs: {run.info.run_name: run.data.metrics for run in runs}
    assert metrics(after).items() >= metrics(before).items()
    assert all(run.data.tags["beats_baseline"] == "true" for run in after)
