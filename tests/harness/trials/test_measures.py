"""What a trial measures beyond its metric."""

import json
import sys
import time

import cloudpickle
import numpy as np
import pytest
from helpers.measured import SETTINGS, Ahead, Signs
from sklearn import metrics as judge

from gatelab import Network, tasks, variants
from gatelab.tasks import Batch, TaskError
from gatelab.trials import measures
from gatelab.trials.record import Record
from gatelab.trials.trial import run_trial, splits_of

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def trial(task, **given):
    return run_trial(task, variants.get("gru"), SETTINGS | given, 0, 0, splits_of(task, 0))


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
