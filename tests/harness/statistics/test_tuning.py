"""Tuning curves: by hand, by enumeration, against opda, with failures and ties."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from opda.nonparametric import EmpiricalDistribution

from gatelab.errors import StudyError
from gatelab.statistics.tuning import pick_weights, tuning_curve, tuning_curves

RNG = np.random.default_rng(5)


def _by_enumeration(valid, test, m):
    """The mean test score of the validation-best over all choices of m draws."""
    picks = [min(c, key=lambda i: valid[i]) for c in combinations(range(len(valid)), m)]
    return np.mean([test[i] for i in picks]), sorted(test[i] for i in picks)[(len(picks) - 1) // 2]


def test_three_draws_by_hand():
    # By validation the order is 3, 1, 2. Of two draws the best is the first in 2 of 3 choices.
    curve = tuning_curve(valid=[2.0, 3.0, 1.0], test=[10.0, 4.0, 7.0])
    np.testing.assert_allclose(curve.estimate, [7.0, (2 * 7 + 10) / 3, 7.0])
    np.testing.assert_array_equal(curve.median, [7.0, 7.0, 7.0])
    np.testing.assert_array_equal(curve.m, [1, 2, 3])


@pytest.mark.parametrize("m", range(1, 8))
def test_the_estimate_is_the_mean_over_all_choices_of_m_draws(m):
    valid, test = RNG.normal(size=(2, 7))
    curve = tuning_curve(valid, test)
    mean, median = _by_enumeration(valid, test, m)
    assert curve.estimate[m - 1] == pytest.approx(mean, abs=1e-12)
    assert curve.median[m - 1] == median


def test_without_a_validation_score_of_its_own_it_is_opda_s_estimate():
    scores = RNG.normal(size=30)
    opda = EmpiricalDistribution(scores).u_tuning_curve(np.arange(1, 31), minimize=True)
    np.testing.assert_allclose(tuning_curve(scores, scores).estimate, opda, atol=1e-12)


def test_the_band_is_opda_s():
    scores, m = RNG.normal(size=40), np.arange(1, 41)
    lower, _, upper = EmpiricalDistribution.confidence_bands(
        scores, 0.95, method="ld_equal_tailed", generator=np.random.default_rng(0), n_jobs=1
    )
    curve = tuning_curve(scores, scores)
    np.testing.assert_array_equal(curve.low, upper.quantile_tuning_curve(m, minimize=True))
    np.testing.assert_array_equal(curve.high, lower.quantile_tuning_curve(m, minimize=True))


@pytest.mark.parametrize(("n", "reach"), [(5, 0), (40, 4), (100, 10)])
def test_beyond_best_of_a_tenth_nothing_is_known(n, reach):
    scores = RNG.normal(size=n)
    curve = tuning_curve(scores, scores)
    assert curve.reach == reach
    assert np.isneginf(curve.low[reach:]).all()


def test_the_band_holds_the_true_curve():
    # The median of the best of m uniform draws is 1 - .5 ** (1 / m).
    truth = 1 - 0.5 ** (1 / np.arange(1, 21))
    held = 0
    for _ in range(400):
        scores = RNG.random(20)
        curve = tuning_curve(scores, scores, confidence=0.9)
        held += ((curve.low <= truth) & (truth <= curve.high)).all()
    assert held / 400 >= 0.9 - 3 * np.sqrt(0.09 / 400)


def test_a_failed_trial_is_the_worst():
    valid, test = [np.nan, 2.0, np.inf, 1.0], [0.0, 5.0, 0.0, 6.0]
    curve = tuning_curve(valid, test)
    assert curve.failed == 2
    np.testing.assert_array_equal(np.isinf(curve.estimate), [True, True, False, False])
    np.testing.assert_array_equal(curve.estimate[2:], [(3 * 6 + 5) / 4, 6.0])
    assert curve.median[1] == 6.0  # 6, 6, 6, 5, 5, failed


def test_a_draw_without_a_test_score_is_never_the_best():
    curve = tuning_curve([1.0, 2.0, 3.0], [np.nan, 5.0, 6.0])
    assert curve.failed == 1
    assert curve.estimate[2] == 5.0


def test_draws_that_validation_cannot_tell_apart_share_their_part():
    curve = tuning_curve([1.0, 1.0, 2.0], [4.0, 8.0, 100.0])
    assert curve.estimate[2] == 6.0
    other = tuning_curve([1.0, 1.0, 2.0], [8.0, 4.0, 100.0])
    np.testing.assert_array_equal(curve.estimate, other.estimate)
    np.testing.assert_allclose(pick_weights(np.array([1.0, 1.0, 2.0])).sum(axis=1), 1)


def test_maximizing_is_minimizing_the_negative():
    valid, test = RNG.normal(size=(2, 25))
    down, up = tuning_curve(valid, test), tuning_curve(-valid, -test, "maximize")
    np.testing.assert_array_equal(up.estimate, -down.estimate)
    np.testing.assert_array_equal(up.low, -down.high)
    assert up.reach == down.reach
    assert (up.low <= up.high).all()


def test_hundreds_of_draws_have_exact_weights():
    weights = pick_weights(np.arange(400.0))
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)
    assert weights[399, 0] == pytest.approx(1)
    assert weights[9, 0] == pytest.approx(10 / 400)


def test_equal_scores_and_failures_everywhere_give_a_curve():
    same = tuning_curve([1.0] * 6, [2.0] * 6)
    np.testing.assert_allclose(same.estimate, 2.0)
    none = tuning_curve([np.nan] * 4, [np.nan] * 4)
    assert none.reach == 0
    assert np.isinf(none.estimate).all()


def test_a_curve_per_variant():
    draws = pd.DataFrame(
        {
            "variant": ["b", "a", "b", "a"],
            "draw": [0, 0, 1, 1],
            "valid": [1.0, 1.0, 2.0, 2.0],
            "test": [3.0, 4.0, 5.0, 6.0],
            "state": ["complete", "failed", "complete", "complete"],
        }
    )
    curves = tuning_curves(draws)
    assert [*curves] == ["b", "a"]
    assert curves["a"].failed == 1
    assert [*curves["b"].frame()] == ["m", "estimate", "median", "low", "high"]


def test_curves_of_cells_that_take_longer_are_compared_by_cost():
    frame = tuning_curve([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).frame(cost=2.5)
    assert frame.cost.to_list() == [2.5, 5.0, 7.5]


def test_no_draws_are_refused():
    with pytest.raises(StudyError, match="a validation and a test score per draw"):
        tuning_curve([], [])
    with pytest.raises(StudyError, match="shapes"):
        tuning_curve([1.0], [1.0, 2.0])
    with pytest.raises(StudyError, match="confidence = 95: give a number between 0 and 1"):
        tuning_curve([1.0, 2.0], [1.0, 2.0], confidence=95)
