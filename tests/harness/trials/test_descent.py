"""One update of training: weight decay, the learning rate over the budget, the noise of inputs."""

import math

import numpy as np
import pytest

from gatelab.networks.network import BatchGradient
from gatelab.trials.descent import Descent, Diverged
from gatelab.trials.settings import complete

GRADIENTS = np.random.default_rng(0).standard_normal((20, 7))


class Given:
    """A network whose gradients are given."""

    def __init__(self, gradients, loss=1.0, dtype=np.float64):
        self.theta = np.linspace(-2, 3, gradients.shape[1]).astype(dtype)
        self.gradients, self.loss, self.states = iter(gradients.astype(dtype)), loss, []

    def gradient(self, batch, rng, state=None):
        self.states.append(state)
        return BatchGradient(self.loss, None, next(self.gradients), len(self.states))


def descend(updates, network=None, **settings):
    """(weights after so many updates, the learning rate of each)."""
    network = network or Given(GRADIENTS)
    descent, rates = Descent(network, complete({"clip": 0, **settings}), None), []
    for k in range(updates):
        descent.update(None, (k / updates, (k + 1) / updates), False)
        rates.append(descent.lr)
    return network.theta, rates


# Weight decay -------------------------------------------------------------------------------------


def test_adamw_moves_as_torch_does():
    torch = pytest.importorskip("torch", reason="torch is the oracle of the optimizers")
    for given, theirs in (({}, {}), ({"weight_decay": 0.3}, {"weight_decay": 0.3})):
        weights = torch.nn.Parameter(torch.tensor(Given(GRADIENTS).theta))
        optimizer = torch.optim.AdamW([weights], lr=0.1, **theirs)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: 1 - k / 20)
        for gradient in GRADIENTS:
            weights.grad = torch.tensor(gradient)
            optimizer.step()
            schedule.step()
        theta, _ = descend(20, optimizer="adamw", lr=0.1, **given)
        np.testing.assert_allclose(theta, weights.detach().numpy(), rtol=1e-9)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "nesterov", "rmsprop"])
def test_weights_without_a_gradient_decay_by_the_scheduled_rate(optimizer):
    """In closed form, all of them and whatever the optimizer: decoupled from its step."""
    still = Given(np.zeros((20, 7)))
    start = still.theta.copy()
    theta, rates = descend(20, still, optimizer=optimizer, lr=0.1, weight_decay=0.5)
    assert rates[0] == 0.1
    assert rates[10] == pytest.approx(0.05)
    np.testing.assert_allclose(theta, start * np.prod([1 - 0.5 * lr for lr in rates]), rtol=1e-12)


def test_decay_does_not_enter_the_optimizers_averages():
    """With Adam, L2 in the gradient would be divided by the gradient's own size."""
    plain, _ = descend(1, optimizer="adam", lr=0.1)
    decayed, _ = descend(1, optimizer="adam", lr=0.1, weight_decay=0.3)
    np.testing.assert_allclose(decayed - plain, -0.1 * 0.3 * Given(GRADIENTS).theta, rtol=1e-9)


def test_only_adamw_decays_unless_asked():
    for name in ("adam", "sgd", "nesterov", "rmsprop"):
        assert complete({"optimizer": name})["weight_decay"] == 0
    assert complete({"optimizer": "adamw"})["weight_decay"] == 0.01
    assert complete({"optimizer": "adamw", "weight_decay": 0})["weight_decay"] == 0
    assert (descend(5, optimizer="adam")[0] != descend(5, optimizer="adamw")[0]).all()


def test_small_decays_are_not_lost_in_single_precision():
    still = Given(np.zeros((20, 7)), dtype=np.float32)
    start = still.theta.copy()
    theta, rates = descend(20, still, optimizer="adamw", lr=3e-4)
    assert theta.dtype == np.float32
    lost = 1 - np.prod([1 - 0.01 * lr for lr in rates])
    np.testing.assert_allclose((start - theta) / start, lost, rtol=0.02)


# Warm-up ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine"])
def test_the_learning_rate_rises_in_a_line_and_then_follows_its_schedule(schedule):
    given = {"lr": 2.0, "schedule": schedule}
    _, rates = descend(20, warmup=0.25, **given)
    np.testing.assert_allclose(rates[:5], [0.4, 0.8, 1.2, 1.6, 2.0])
    _, rest = descend(15, **given)  # the schedule over three quarters of the updates
    np.testing.assert_allclose(rates[5:], rest)


def test_without_a_warmup_rates_are_what_they_were_to_the_bit():
    _, rates = descend(20, schedule="cosine", lr=0.3)
    assert rates == [0.3 * (0.5 * (1 + math.cos(math.pi * (k / 20)))) for k in range(20)]


def test_a_warmup_that_ends_within_an_update_never_exceeds_the_learning_rate():
    _, rates = descend(20, warmup=0.12, lr=1.0, schedule="constant")
    np.testing.assert_allclose(rates, [5 / 12, 10 / 12] + [1] * 18)


# Divergence, carried states -----------------------------------------------------------------------


def test_a_step_that_diverges_is_not_taken():
    for broken in (Given(GRADIENTS, loss=math.nan), Given(np.full((1, 7), math.inf))):
        with np.errstate(invalid="ignore"), pytest.raises(Diverged, match="at update 1: the loss"):
            descend(3, broken)
        assert np.isfinite(broken.theta).all()


def test_a_batch_that_follows_goes_on_from_the_state_of_the_last():
    network = Given(GRADIENTS)
    descent = Descent(network, complete({}), None)
    for follows in (False, True, True, False):
        descent.update(None, (0.0, 1.0), follows)
    assert network.states == [None, 1, 2, None]
