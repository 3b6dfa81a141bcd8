"""Metrics of nothing, of nonsense and of NaN."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.scores import BINARY, drawn
from hypothesis import given, settings

from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.framework.metrics import CLASSES, VALUES, Metric

NAN = float("nan")


@pytest.mark.parametrize("name", METRICS)
def test_nan_is_never_a_right_answer(name):
    """Two of three targets are right. A share counts two; all else is NaN, which beats nothing."""
    metric = METRICS[name]
    outputs = np.array([[NAN, NAN], [1.0, 0.0], [0.0, 1.0]])
    for kind in metric.kinds:
        y = np.array([0, 0, 1]) if kind in CLASSES else np.array([[0.0, 0], [1, 0], [0, 1]])
        score = metric.score(outputs, y, None)
        if name == "macro_f1":
            assert score == pytest.approx((2 / 3 + (1 if kind in CLASSES else 2 / 3)) / 2)
        elif metric.direction == "maximize" and name not in BINARY:
            assert score == pytest.approx(2 / 3)
        else:
            assert np.isnan(score)


@pytest.mark.parametrize("name", METRICS)
def test_nothing_to_score_is_nan(name):
    outputs, metric = np.zeros((2, 3, 2)), METRICS[name]
    if "labelling" in metric.kinds:
        assert np.isnan(metric.score(outputs, np.full((2, 3), -1), None))
    if "series" in metric.kinds:
        assert np.isnan(metric.score(outputs, np.full((2, 3, 2), NAN), None))


def test_what_one_sort_of_target_cannot_tell_is_nan():
    logits, none, every = np.zeros((1, 3, 1)), np.zeros((1, 3, 1)), np.ones((1, 3, 1))
    for y in (none, every):
        assert np.isnan(METRICS["roc_auc"].score(logits, y, None))
    assert np.isnan(METRICS["average_precision"].score(logits, none, None))
    assert METRICS["average_precision"].score(logits, every, None) == 1
    assert np.isnan(METRICS["nmse"].score(logits, every, None))


def test_log_probabilities_of_zero_are_allowed():
    """Baselines hand in logarithms of shares, and a share may be 0."""
    certain = np.array([[0.0, -np.inf], [-np.inf, 0.0]])
    right, wrong = np.array([0, 1]), np.array([1, 1])
    assert METRICS["nll"].score(certain, right, None) == 0
    assert METRICS["nll"].score(certain, wrong, None) == np.inf
    assert METRICS["roc_auc"].score(certain, right, None) == 1
    assert METRICS["nll"].score(np.array([[[np.inf, -np.inf]]]), np.array([[[1, 0.0]]]), None) == 0
    assert METRICS["perplexity"].score(np.array([[1e9, 0.0]]), np.array([1]), None) == np.inf


@pytest.mark.parametrize("name", METRICS)
def test_shapes_that_would_broadcast_are_refused(name):
    pairs = {"values": np.zeros(3), "classes": np.zeros((3, 1), int)}
    kinds = METRICS[name].kinds
    fitting = {"values": set(kinds) - set(CLASSES), "classes": set(kinds) & set(CLASSES)}
    for sort, y in pairs.items():
        if fitting[sort]:
            with pytest.raises(TaskError, match=r"outputs of shape \(3, 1\) do not fit targets"):
                METRICS[name].score(np.zeros((3, 1)), y, None)


@pytest.mark.parametrize("name", BINARY)
def test_three_classes_have_no_curve(name):
    with pytest.raises(TaskError, match=f"{name}: wants two classes, got 3"):
        METRICS[name].score(np.zeros((4, 3)), np.array([0, 1, 2, 0]), None)


def test_better_follows_the_direction_and_never_prefers_nan():
    mse, accuracy = METRICS["mse"], METRICS["accuracy"]
    assert mse.better(0.1, 0.2)
    assert not mse.better(0.2, 0.1)
    assert accuracy.better(0.2, 0.1)
    assert not accuracy.better(0.1, 0.1)
    for metric in (*METRICS.values(), Metric("mine", "maximize", lambda *_: 0.0)):
        assert not metric.better(NAN, 0.5)
        assert metric.better(0.5, NAN)
        assert not metric.better(NAN, NAN)


@settings(deadline=None, max_examples=15)
@given(seed=seeds)
@pytest.mark.parametrize("name", METRICS)
def test_the_direction_is_that_of_the_truth(name, seed):
    """What says the truth beats what says its opposite."""
    metric, kind = METRICS[name], METRICS[name].kinds[0]
    y = drawn(kind, rng(seed), (12,), 2)[1]
    truth = y if kind in VALUES else 9 * (np.eye(2)[y] if kind in CLASSES else y) - 4.5
    good, bad = metric.score(truth, y, None), metric.score(-truth - 1, y, None)
    assert metric.better(good, bad)


def test_a_string_is_accepted_if_every_set_of_it_is_right():
    y = np.zeros((4, 3, 2), np.float32)
    y[:, :, 0] = 1
    outputs = 2 * y - 1
    lengths = np.array([3, 2, 3, 3])
    accepted = METRICS["accepted"].score
    assert accepted(outputs, y, lengths) == 1
    outputs[1, 2] *= -1  # past its end
    outputs[2, 2, 1] = 0.1
    outputs[3, 0, 1] = np.nan
    assert accepted(outputs, y, lengths) == 0.5
    assert accepted(outputs, y, None) == 0.25
    with pytest.raises(TaskError, match="accepted: outputs of shape"):
        accepted(outputs[..., :1], y, lengths)
