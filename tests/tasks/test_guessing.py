"""Guessed weights: the nets are what they are said to be, and solve what they are said to solve."""

import math

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import Batch
from gatelab.tasks.shared import guessing
from gatelab.tasks.shared.guessing import answers, drawn, random_weights

FEW = {"valid_sequences": 40, "test_sequences": 60}


def guessed(name, **options):
    """Score of the best guess, and the best of the other baselines."""
    task = tasks.make(name, **options)
    scores = dict(task.baselines(task.splits(rng())))
    return scores.pop(f"random weights, best of {guessing.GUESSES}"), min(scores.values())


def by_hand(nets, g, x):
    """(T, K) logits of one net for one sequence, number by number."""
    h, found = [0.0] * 2, []
    for step in x:
        h = [
            math.tanh(
                sum(w * v for w, v in zip(nets.W[g, i], step, strict=True))
                + sum(r * v for r, v in zip(nets.R[g, i], h, strict=True))
                + nets.b[g, i, 0]
            )
            for i in range(2)
        ]
        rows = zip(nets.V[g], nets.a[g, :, 0], strict=True)
        found.append([sum(v * u for v, u in zip(row, h, strict=True)) + a for row, a in rows])
    return np.array(found)


@pytest.mark.parametrize("per_step", [True, False])
def test_nets_compute_what_is_computed_by_hand(per_step):
    nets = drawn(rng(), 4, inputs=3, outputs=2)
    nets = nets._replace(R=nets.R / 100, W=nets.W / 100)  # where a tanh is not yet flat
    x, lengths = rng(1).normal(size=(5, 6, 3)).astype(np.float32), np.array([6, 1, 3, 6, 2])
    y = np.zeros((5, 6, 2) if per_step else (5, 2), np.float32)
    found = [*answers(nets, Batch(x, y, lengths))]
    assert len(found) == 4
    for g, outputs in enumerate(found):
        for n, steps in enumerate(lengths):
            expected = by_hand(nets, g, x[n, :steps])
            got = outputs[n, :steps] if per_step else outputs[n]
            assert np.allclose(got, expected if per_step else expected[-1], rtol=1e-3, atol=1e-2)


def test_weights_are_wide_and_values_lie_between_the_least_and_the_largest():
    nets = drawn(rng(), 1000, inputs=1, outputs=1)
    assert abs(nets.W.mean()) < 5
    assert 99 < nets.R.max() <= 100
    batch = tasks.make("two_sequence", form="3c", **FEW).splits(rng()).valid
    values = np.stack([*answers(nets, batch, span=(0.2, 0.8))])
    assert values.shape == (1000, *batch.y.shape)
    assert (values.min(), values.max()) == pytest.approx((0.2, 0.8))


@pytest.mark.parametrize("name", ["two_sequence", "long_lag"])
def test_a_guess_is_the_same_in_every_call(name):
    task = tasks.make(name, lag=8, **FEW) if name == "long_lag" else tasks.make(name, **FEW)
    splits = task.splits(rng())
    assert random_weights(task, splits) == random_weights(task, splits)


@pytest.mark.parametrize("form", ["3a", "3b", "3c"])
def test_guessing_solves_the_two_sequence_problem(form):
    guess, other = guessed("two_sequence", form=form)
    assert guess < 0.02 < other


def test_guessing_tells_one_delay_from_another_but_adds_nothing():
    guess, other = guessed("spike_delays")
    assert guess < 1e-3 < other
    guess, other = guessed("adding_ragged")
    assert guess > 0.95 * other


def test_the_best_is_chosen_by_validation_alone():
    task = tasks.make("two_sequence", **FEW)
    train, valid, test = task.splits(rng())
    opposite = test._replace(y=1 - test.y)
    (score,) = random_weights(task, tasks.Splits(train, valid, test)).values()
    (wrong,) = random_weights(task, tasks.Splits(train, valid, opposite)).values()
    assert (score, wrong) == pytest.approx((0, 1), abs=0.01)
