"""Metrics against sums done by hand."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.tasks import METRICS

NAN = float("nan")


def test_scores_by_hand():
    score = {name: metric.score for name, metric in METRICS.items()}
    outputs, y = np.array([[1.0], [3.0]]), np.array([[0.0], [1.0]])
    assert score["mse"](outputs, y, None) == 2.5
    assert score["rmse"](outputs, y, None) == 2.5**0.5
    assert score["mae"](outputs, y, None) == 1.5
    assert score["nmse"](outputs, y, None) == 10  # saying 1/2 costs 1/4
    logits = np.array([[0.1, 0.9], [2.0, -1.0], [0.0, 5.0]])
    assert score["accuracy"](logits, np.array([1, 1, 1]), None) == pytest.approx(2 / 3)
    even = np.zeros((1, 4, 8))
    assert score["bits"](even, np.array([[0, 7, -1, 3]]), None) == pytest.approx(3)
    assert score["perplexity"](even, np.array([[0, 7, -1, 3]]), None) == pytest.approx(8)
    labels = np.ones((1, 4, 8))
    assert score["bits"](even, labels, None) == pytest.approx(8)  # a bit per label, summed
    y = np.array([[[1.0, 1.0], [1.0, 0.0]]])
    logits = np.array([[[0.3, 8.0], [4.0, 0.1]]])  # the second set has a label too many
    assert score["legal"](logits, y, None) == 0.5


def test_values_count_one_by_one():
    """A target of NaN takes one value out, not its step, and each output has its own mean."""
    y = np.array([[[0.0, 10.0], [2.0, NAN], [NAN, NAN], [NAN, 14.0]]])
    outputs = y + np.array([[[1.0, 2.0], [0.0, 9.0], [9.0, 9.0], [9.0, 0.0]]])
    outputs[np.isnan(y)] = NAN
    assert METRICS["mse"].score(outputs, y, None) == 5 / 4
    assert METRICS["mae"].score(outputs, y, None) == 3 / 4
    assert METRICS["nmse"].score(outputs, y, None) == (1 + 4) / (1 + 1 + 4 + 4)


@settings(deadline=None, max_examples=30)
@given(seed=seeds, steps=st.integers(1, 5))
def test_the_best_constant_has_an_nmse_of_1(seed, steps):
    y = rng(seed).normal([5, -1, 0], [3, 1, 0.1], (4, steps, 3)).astype(np.float32)
    constant = np.broadcast_to(y.mean((0, 1), dtype=float), y.shape)
    assert METRICS["nmse"].score(constant, y, None) == pytest.approx(1)
    assert METRICS["nmse"].score(y, y, None) == 0


def test_a_sequence_is_solved_by_its_worst_target():
    y = np.array([[0.0, 1.0, NAN], [0.0, NAN, 5.0], [NAN, 0.0, 5.0], [NAN, NAN, 5.0]])[..., None]
    errors = np.array([[0.03, -0.03, 9.0], [0.3, 9.0, 9.0], [9.0, 0.2, 9.0], [9.0, 9.0, 9.0]])
    outputs, lengths = np.nan_to_num(y) + errors[..., None], np.array([3, 2, 2, 2])
    share = lambda name: METRICS[name].score(outputs, y, lengths)
    # The last sequence has no target and does not count.
    assert [share(n) for n in ("solved", "solved_0.25", "solved_0.3", "solved_0.49")] == [
        pytest.approx(k / 3) for k in (1, 2, 2, 3)
    ]
    assert METRICS["solved"].score(outputs[:, 0], y[:, 0], None) == 0.5  # of sequences (N, K)


def test_a_sequence_of_classes_is_solved_by_naming_every_one():
    y = np.array([[0, 1, -1], [1, 1, 0], [1, -1, 0]])
    logits = np.eye(2)[np.array([[0, 1, 0], [1, 0, 0], [1, 1, 1]])]
    assert METRICS["solved"].score(logits, y, np.array([3, 3, 2])) == pytest.approx(2 / 3)
    assert METRICS["solved"].score(logits[:, 0], y[:, 0], None) == 1
