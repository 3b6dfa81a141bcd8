"""Metrics say what scikit-learn says of the targets alone."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.scores import BINARY, drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from sklearn import metrics as judge

from gatelab.tasks import METRICS
from gatelab.tasks.framework.metrics import CLASSES
from gatelab.tasks.framework.scores import confusion

K = 3
NAN = float("nan")


def nats(outputs, y):
    if y.ndim == 1:
        return judge.log_loss(y, softmax(outputs, -1), labels=range(outputs.shape[1]))
    columns = zip(y.T, expit(outputs).T, strict=True)
    return sum(judge.log_loss(true, p, labels=[0, 1]) for true, p in columns)


def f1(outputs, y):
    answers = outputs.argmax(-1) if y.ndim == 1 else outputs > 0
    each = judge.f1_score(y, answers, average=None, labels=np.arange(K), zero_division=NAN)
    return np.nanmean(each)  # those that nobody names and that never occur have none


def of_pairs(function):
    """Of two classes the odds of the second, of labels all together."""

    def judged(outputs, y):
        odds = outputs[:, 1] - outputs[:, 0] if y.ndim == 1 else outputs.ravel()
        return function(y.ravel(), odds)

    return judged


JUDGES = {
    "mse": lambda outputs, y: judge.mean_squared_error(y, outputs),
    "rmse": lambda outputs, y: judge.mean_squared_error(y, outputs) ** 0.5,
    "mae": lambda outputs, y: judge.mean_absolute_error(y, outputs),
    "nmse": lambda outputs, y: 1 - judge.r2_score(y, outputs, multioutput="variance_weighted"),
    "accuracy": lambda outputs, y: judge.accuracy_score(y, outputs.argmax(-1)),
    "macro_f1": f1,
    "legal": lambda outputs, y: judge.accuracy_score(y, outputs > 0),
    "nll": nats,
    "perplexity": lambda outputs, y: np.exp(nats(outputs, y)),
    "bits": lambda outputs, y: nats(outputs, y) / np.log(2),
    "roc_auc": of_pairs(judge.roc_auc_score),
    "average_precision": of_pairs(judge.average_precision_score),
}
PER_STEP = ("series", "labelling", "multilabel")
CASES = [(name, kind) for name in JUDGES for kind in METRICS[name].kinds]


@pytest.mark.parametrize(("name", "kind"), CASES)
@settings(deadline=None, max_examples=15)
@given(seed=seeds, ragged=st.booleans(), n=st.integers(2, 6), steps=st.integers(1, 7))
def test_scores_are_those_of_the_targets_alone(name, kind, seed, ragged, n, steps):
    """Padding and steps without a target hold NaN in the outputs, and count for nothing."""
    draw, width = rng(seed), 2 if name in BINARY and kind in CLASSES else K
    lengths = draw.integers(1, steps + 1, n) if ragged else None
    on = np.arange(steps) < (np.full(n, steps) if lengths is None else lengths)[:, None]
    if kind in ("series", "labelling"):
        targets = on & (draw.random(on.shape) < 0.7)
        on = targets if targets.sum() > 1 else on
    outputs, y = drawn(kind, draw, (int(on.sum()),), width)
    judged = JUDGES[name](outputs, y)
    if kind in PER_STEP:
        flat = outputs, y
        outputs = np.full((n, steps, width), np.nan)
        y = draw.integers(0, 2, (n, steps, *y.shape[1:])).astype(y.dtype)  # past the end: anything
        inside = np.arange(steps) < (steps if lengths is None else lengths[:, None])
        y[np.broadcast_to(inside, y.shape[:2]) & ~on] = -1 if kind == "labelling" else np.nan
        outputs[on], y[on] = flat
    assert METRICS[name].score(outputs, y, lengths) == pytest.approx(judged, rel=1e-6)


# Shapes at the edge: scikit-learn reads them with its own rules, so it is told what they are ------


def label_f1(y, answers):
    """The mean over labels that occur, each as a binary problem of its own."""
    pairs = [(true, named) for true, named in zip(y.T, answers.T, strict=True)]
    found = [judge.f1_score(t, a, pos_label=1) for t, a in pairs if (t | a).any()]
    return np.mean(found) if found else NAN


@pytest.mark.parametrize("labels", [1, 2])
@pytest.mark.parametrize("lengths", [None, [4, 1]])
@pytest.mark.parametrize("present", [(0, 1), (0,), (1,)])
def test_few_labels_are_scored_as_labels(labels, lengths, present):
    """One label is a label, not a class beside its absence; nor is one that never is absent."""
    draw = rng(labels + 7 * len(present))
    y = draw.choice(present, (2, 4, labels)).astype(np.float32)
    outputs = draw.normal(size=y.shape)
    lengths = None if lengths is None else np.array(lengths)
    on = np.arange(4) < (np.full(2, 4) if lengths is None else lengths)[:, None]
    true, answers = y[on] > 0.5, outputs[on] > 0
    expected = {
        "macro_f1": label_f1(true, answers),
        "legal": (true == answers).all(1).mean(),
        "nll": sum(
            judge.log_loss(t, p, labels=[0, 1])
            for t, p in zip(true.T, expit(outputs[on]).T, strict=True)
        ),
    }
    if len(present) == 2:
        expected["roc_auc"] = judge.roc_auc_score(true.ravel(), outputs[on].ravel())
    if 1 in present:
        expected["average_precision"] = judge.average_precision_score(
            true.ravel(), outputs[on].ravel()
        )
    for name, figure in expected.items():
        assert METRICS[name].score(outputs, y, lengths) == pytest.approx(figure, nan_ok=True), name
    whole = [(true_ == answer).all() for true_, answer in zip(*split(y, outputs, on), strict=True)]
    assert METRICS["accepted"].score(outputs, y, lengths) == np.mean(whole)


def split(y, outputs, on):
    """Truth and answers of each sequence."""
    return [
        [part[n][on[n]] > cut for n in range(len(part))] for part, cut in ((y, 0.5), (outputs, 0))
    ]


@pytest.mark.parametrize("classes", [1, 2, 3])
@pytest.mark.parametrize("present", [0, None])
def test_few_classes_are_scored_as_classes(classes, present):
    draw = rng(classes)
    y = draw.integers(0, classes, 20) if present is None else np.full(20, present)
    outputs = draw.normal(size=(20, classes))
    answers = outputs.argmax(-1)
    f1 = judge.f1_score(y, answers, labels=np.union1d(y, answers), average="macro")
    assert METRICS["macro_f1"].score(outputs, y, None) == f1  # to the bit
    assert METRICS["accuracy"].score(outputs, y, None) == judge.accuracy_score(y, answers)
    assert METRICS["nll"].score(outputs, y, None) == pytest.approx(
        judge.log_loss(y, softmax(outputs, -1), labels=range(classes)) if classes > 1 else 0
    )
    assert confusion(outputs, y).tolist() == [
        [int(((y == i) & (answers == j)).sum()) for j in range(classes)] for i in range(classes)
    ]


def test_one_value_is_scored_as_a_value():
    y, outputs = np.array([[1.0], [3.0]]), np.array([[2.0], [3.0]])
    for name in ("mse", "mae", "rmse", "nmse"):
        expected = JUDGES[name](outputs, y)
        assert METRICS[name].score(outputs, y, None) == pytest.approx(expected)
        per_step = METRICS[name].score(outputs[None], y[None], np.array([2]))
        assert per_step == pytest.approx(expected)


def test_the_f1_of_one_label_is_not_that_of_its_absence():
    y = np.array([[[1], [1], [0], [0], [0], [0]]], np.float32)
    logits = np.array([[[1], [-1], [-1], [-1], [-1], [-1]]], np.float32)
    assert METRICS["macro_f1"].score(logits, y, None) == pytest.approx(2 / 3)  # absence: 8 / 9


def test_every_metric_has_its_judge_or_its_sum_by_hand():
    by_hand = {"accepted", *(name for name in METRICS if name.startswith("solved"))}
    assert set(JUDGES) | by_hand == set(METRICS)
    assert all(metric.name == name for name, metric in METRICS.items())
