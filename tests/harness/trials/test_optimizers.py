"""Optimizers against torch's; clipping; schedules."""

import math

import numpy as np
import pytest

from gatelab.trials.optimizers import OPTIMIZERS, SCHEDULES, clipped


def torch_twin(name, theta):
    torch = pytest.importorskip("torch", reason="torch is the oracle of the optimizers")
    weights = torch.nn.Parameter(torch.tensor(theta, dtype=torch.float64))
    make = {
        "adam": lambda: torch.optim.Adam([weights], lr=0.1),
        "adamw": lambda: torch.optim.AdamW([weights], lr=0.1, weight_decay=0),
        "sgd": lambda: torch.optim.SGD([weights], lr=0.1, momentum=0.7),
        "nesterov": lambda: torch.optim.SGD([weights], lr=0.1, momentum=0.7, nesterov=True),
        "rescaled_nesterov": lambda: torch.optim.SGD(
            [weights], lr=0.1 * (1 - 0.7), momentum=0.7, nesterov=True
        ),
        "rmsprop": lambda: torch.optim.RMSprop([weights], lr=0.1, alpha=0.9),
    }
    return torch, weights, make[name]()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("scale", [1.0, 1e-7], ids=["usual", "eps matters"])
def test_an_optimizer_moves_as_torch_does(name, scale):
    rng = np.random.default_rng(0)
    theta = rng.standard_normal(7)
    torch, weights, theirs = torch_twin(name, theta)
    ours, start = OPTIMIZERS[name](theta, 0.7), theta.copy()
    for _ in range(20):
        gradient = scale * rng.standard_normal(7)
        ours.step(theta, gradient, 0.1)
        weights.grad = torch.tensor(gradient)
        theirs.step()
    moved = weights.detach().numpy() - start
    np.testing.assert_allclose(theta - start, moved, rtol=1e-6, atol=1e-6 * np.abs(moved).max())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_stays_in_single_precision(name):
    theta = np.ones(3, np.float32)
    optimizer = OPTIMIZERS[name](theta, 0.9)
    optimizer.step(theta, np.ones(3, np.float32), np.float32(0.1))
    kept = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert all(value.dtype == np.float32 for value in [theta, *kept])
    assert (theta < 1).all()


def test_clipping_is_by_the_norm_of_all_and_reports_the_norm_before():
    gradient = np.array([3.0, 4.0], np.float32)
    kept, norm = clipped(gradient, 1.0)
    assert norm == 5
    np.testing.assert_allclose(kept, [0.6, 0.8], rtol=1e-6)
    assert kept.dtype == np.float32
    for limit in (None, 5.0, 6.0):
        assert clipped(gradient, limit)[0] is gradient
    huge, norm = clipped(np.full(4, 1e30, np.float32), 2.0)  # squares that float32 cannot hold
    assert norm == pytest.approx(2e30)
    np.testing.assert_allclose(huge, 1.0, rtol=1e-6)


def test_schedules_go_from_one_to_zero_or_stay():
    ends = {name: (factor(0.0), factor(0.5), factor(1.0)) for name, factor in SCHEDULES.items()}
    assert ends["constant"] == (1, 1, 1)
    assert ends["linear"] == (1, 0.5, 0)
    assert ends["cosine"] == pytest.approx((1, 0.5, 0))
    assert SCHEDULES["cosine"](0.25) == pytest.approx(0.5 + math.sqrt(0.125))
