"""Scores in steps: binary fractions hide no tie, and margins between steps claim nothing."""

import numpy as np
import pytest

from gatelab.statistics.equivalence import equivalence
from gatelab.statistics.pairing import difference
from gatelab.statistics.signed_rank import signed_rank
from gatelab.statistics.steps import on_grid, told_apart

INF = np.inf


def test_differences_of_decimal_scores_are_tied_as_decimals_are():
    loss, reference = np.array([0.3, 0.1, 0.9, 0.7]), np.array([0.2, 0.0, 1.0, 0.6])
    assert len(np.unique(np.abs(loss - reference))) > 1  # binary fractions
    assert difference(loss, reference).tolist() == [0.1, 0.1, -0.1, 0.1]
    shares = np.arange(361) / 360  # an accuracy on 360 images
    assert len(np.unique(difference(shares[7:], shares[:-7]))) == 1


@pytest.mark.parametrize("size", [1e-200, 1e-9, 1.0, 123.0, 1e12])
def test_of_any_size(size):
    steps = np.array([1.0, 2, 3, -1, 5, 5, 7, -2])
    noisy = steps * size * (1 + np.linspace(-1, 1, 8) * 1e-15)
    assert signed_rank(noisy) == signed_rank(steps)
    real = size * np.random.default_rng(0).normal(size=50)
    assert told_apart(real, size) == pytest.approx(real, rel=1e-6)
    assert signed_rank(real) == signed_rank(real / size)


def test_failures_stay_infinite_and_tied_in_both():
    assert difference([INF, 1, INF], [1, INF, 2])[:2].tolist() == [INF, -INF]
    assert np.isnan(difference([INF], [INF])).all()
    assert difference([0.0], [0.0]).tolist() == [0]


def test_a_difference_of_just_the_margin_is_no_evidence_that_it_is_smaller():
    # .3 - .2 is a little less than .1 as a binary fraction.
    d = difference([0.3] * 8, [0.2] * 8)
    assert equivalence(d, 0.1) == 1
    assert equivalence(np.array([0.3 - 0.2] * 8), 0.1) == 1


def test_a_margin_between_steps_is_taken_down_to_half_a_step():
    tied = np.array([0.0, 0.1, 0.1, 0.2, -0.1, INF])
    assert on_grid(0.13, tied) == pytest.approx(0.1)
    assert on_grid(0.17, tied) == pytest.approx(0.15)
    assert on_grid(0.1, tied) == pytest.approx(0.1)
    assert on_grid(0.04, tied) == 0
    assert equivalence(np.array([0.0] * 19 + [0.1]), 0.04) > 0.5
    # Without ties, or without a second value, no step is known.
    assert on_grid(0.13, np.array([0.0, 0.1, 0.25])) == 0.13
    assert on_grid(0.13, np.zeros(5)) == 0.13
