"""Losses: by hand, by differences, and over those steps alone that have a target."""

import numpy as np
import pytest
from helpers.differences import slopes
from helpers.networks import LENGTHS, K, N, T, targets

from gatelab.networks.losses import LOSSES, PER_STEP


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_a_loss_and_its_gradient_agree(kind, scale, rng):
    y, lengths = targets(kind, rng), LENGTHS if kind in PER_STEP else None
    outputs = scale * rng.standard_normal((N, T, K) if kind in PER_STEP else (N, K))
    _, gradient = LOSSES[kind](outputs, y, lengths)
    numeric = slopes(lambda: LOSSES[kind](outputs, y, lengths)[0], outputs)
    assert np.abs(numeric).max() > 1e-2
    np.testing.assert_allclose(gradient, numeric, atol=1e-8 * scale)


def test_losses_by_hand():
    assert LOSSES["regression"](np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))[0] == 2.5
    even, _ = LOSSES["classification"](np.zeros((2, 4)), np.array([0, 3]))
    assert even == pytest.approx(np.log(4))
    # Two labels at even odds cost 2 log 2 per valid step; padding costs nothing, whatever it holds.
    outputs, y = np.zeros((1, 3, 2)), np.ones((1, 3, 2))
    outputs[0, 2] = y[0, 2] = np.nan
    value, gradient = LOSSES["multilabel"](outputs, y, np.array([2]))
    assert value == pytest.approx(2 * np.log(2))
    np.testing.assert_array_equal(gradient[0], [[-0.25, -0.25], [-0.25, -0.25], [0, 0]])


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_a_loss_over_some_steps_is_that_of_these_steps_alone(kind, without, rng):
    """Whatever stands elsewhere, in the outputs too; and the mean is over targets, not steps."""
    y, outputs = targets(kind, rng), rng.standard_normal((N, T, K))
    y[0, 1] = without
    where = [(0, 0), (0, 2), (0, 3), (0, 4), (1, 0), (2, 1), (2, 2)]  # by LENGTHS, less 0 1 and 2 0
    alone = LOSSES["regression" if kind == "series" else "classification"]
    chosen = tuple(zip(*where, strict=True))
    value, gradient = alone(outputs[chosen], y[chosen])
    for n, t in np.ndindex(N, T):
        if (n, t) not in where:
            outputs[n, t] = np.nan
    found, bar = LOSSES[kind](outputs, y, LENGTHS)
    assert found == pytest.approx(value)
    np.testing.assert_allclose(bar[chosen], gradient)
    assert np.count_nonzero(bar) == gradient.size


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_a_batch_without_a_target_costs_nothing(kind, without, rng):
    y = np.full((N, T, K) if kind == "series" else (N, T), without)
    y[1, 1:] = 1  # past the end
    value, gradient = LOSSES[kind](rng.standard_normal((N, T, K)), y, LENGTHS)
    assert value == 0
    np.testing.assert_array_equal(gradient, np.zeros((N, T, K)))


@pytest.mark.parametrize("kind", ["series", "labelling"])
def test_losses_of_steps_keep_single_precision(kind, rng):
    y, outputs = targets(kind, rng), rng.standard_normal((N, T, K)).astype(np.float32)
    y = y.astype(np.float32) if kind == "series" else y
    assert LOSSES[kind](outputs, y, LENGTHS)[1].dtype == np.float32


@pytest.mark.parametrize("kind", ["classification", "multilabel", "labelling"])
def test_certain_logits_neither_overflow_nor_lose_their_single_precision(kind):
    shape = (1, 2) if kind == "classification" else (1, 1, 2)
    outputs = np.array([1e4, -1e4], np.float32).reshape(shape)
    y = np.array([[[0, 1]]], np.float32) if kind == "multilabel" else np.ones(shape[:-1], int)
    value, gradient = LOSSES[kind](outputs, y)
    assert value == pytest.approx(2e4)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient.ravel(), [1, -1])
