"""Wilcoxon's signed-rank test: scipy's where there are no ties, all sign flips where there are."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import PermutationMethod, rankdata, wilcoxon

from gatelab.statistics.signed_rank import EXACT, attainable, critical, signed_rank

SIDES = ["two-sided", "greater", "less"]


def by_hand(d, alternative):
    """Every flip of the signs of d, counted."""
    d = np.asarray(d, dtype=float)
    ranks = rankdata(np.abs(d)) * (d != 0)
    found = ranks[d > 0].sum()
    sums = np.array([ranks @ flips for flips in product((0, 1), repeat=len(d))])
    greater, less = (sums >= found).mean(), (sums <= found).mean()
    return {"greater": greater, "less": less, "two-sided": min(1, 2 * min(greater, less))}[
        alternative
    ]


@pytest.mark.parametrize("alternative", SIDES)
@pytest.mark.parametrize("n", [1, 5, 6, 20, 50])
def test_without_ties_it_is_scipy_s_exact_test(n, alternative):
    d = np.random.default_rng(n).normal(0.3, 1, n)
    expected = wilcoxon(d, alternative=alternative, method="exact").pvalue
    assert signed_rank(d, alternative) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("alternative", SIDES)
@pytest.mark.parametrize(
    "d",
    [
        [1, 1, 2, -2, 3, 5, 5, 5, -1],  # ties
        [0, 0, 1, -2, 3, 3, 4],  # zeros
        [0, 0, 0, 0],
        [np.inf, np.inf, -np.inf, 2, 1, -3, 4, 0],  # failures, alike and above all others
    ],
)
def test_ties_zeros_and_failures_are_exact(d, alternative):
    assert signed_rank(d, alternative) == pytest.approx(by_hand(d, alternative), rel=1e-12)


def test_zeros_are_pratt_s_in_scipy_too():
    d = np.array([0, 0, 1, -2, 3, 3, 4, 5, 0, 6.0])
    exact = PermutationMethod(n_resamples=2**10)
    expected = wilcoxon(d, zero_method="pratt", method=exact).pvalue
    assert signed_rank(d) == pytest.approx(expected, rel=1e-12)


def test_the_normal_distribution_continues_the_exact_one():
    d = np.round(np.random.default_rng(3).normal(0.1, 1, EXACT + 1), 1)  # ties and zeros
    beyond = signed_rank(d)
    expected = wilcoxon(d, zero_method="pratt", correction=True, method="asymptotic").pvalue
    assert beyond == pytest.approx(expected, rel=0.02)
    assert signed_rank(np.delete(d, 5)) == pytest.approx(beyond, rel=0.2)


def test_critical_values_are_those_of_the_tables():
    # Wilcoxon (1945), and any table since: two-sided 5%.
    table = {5: -1, 6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 15: 25, 20: 52, 25: 89, 30: 137, 50: 434}
    assert {n: critical(n) for n in table} == table
    assert abs(critical(EXACT + 1) - critical(EXACT) - 87) < 5


def test_the_attainable_level_is_that_of_the_critical_value():
    pairs = lambda n: np.arange(1.0, n + 1)
    assert attainable(pairs(5)) == 0
    assert attainable(pairs(6)) == pytest.approx(2 / 2**6)
    assert attainable(pairs(8)) == pytest.approx(2 * 5 / 2**8)
    assert 0.048 < attainable(pairs(20)) <= 0.05
    # Of eight tied signs all must agree; all but one, 2 (1 + 8) / 2^8, is too often.
    assert attainable(np.ones(8)) == pytest.approx(2 / 2**8)
    assert attainable([0, 0, *pairs(6)]) == pytest.approx(2 / 2**6)
