"""What a study could have seen."""

import numpy as np
import pytest
from scipy.stats import wilcoxon

from gatelab.statistics.fewest import can_decide, least_draws, least_pairs
from gatelab.statistics.hodges_lehmann import hodges_lehmann
from gatelab.statistics.power import (
    draws_needed,
    draws_to_see,
    power_in_theory,
    smallest_visible,
)


def test_the_least_number_of_draws_by_hand():
    # Smallest p: 2 / 2^5 = .0625, 2 / 2^6 = .031; with four comparisons 4 x 2 / 2^8 = .031.
    assert (least_pairs(1), least_draws(1)) == (6, 12)
    assert (least_pairs(4), least_draws(4)) == (8, 16)
    assert not can_decide(15, 4)
    assert can_decide(16, 4)
    for comparisons in range(1, 60):
        n = least_pairs(comparisons)
        assert comparisons * 2 / 2**n < 0.05 <= comparisons * 2 / 2 ** (n - 1)


def test_the_smallest_p_of_so_many_pairs_is_that_of_the_test():
    for pairs in (5, 6, 8):
        assert wilcoxon(np.arange(1.0, pairs + 1), method="exact").pvalue == 2 / 2**pairs


@pytest.mark.parametrize("n", [20, 50])
def test_for_normal_differences_it_is_that_of_textbooks(n):
    d = np.random.default_rng(0).normal(3, 1, 20_000)
    assert smallest_visible(d, n) == pytest.approx(2.8 / np.sqrt(n), rel=0.1)
    assert power_in_theory(smallest_visible(d, n), 1, n) == pytest.approx(0.8, abs=0.05)


def test_it_is_found_in_four_of_five_studies():
    rng = np.random.default_rng(1)
    d = rng.standard_t(4, 5000)  # a spread that no formula is made for
    shift = smallest_visible(d, 16, comparisons=4)
    studies = rng.standard_t(4, (600, 16)) + shift
    found = np.mean([wilcoxon(s, method="exact").pvalue < 0.05 / 4 for s in studies])
    assert 0.75 < found < 0.85


def test_few_pairs_see_less_than_the_formula_says_or_nothing():
    d = np.random.default_rng(0).normal(0, 1, 20_000)
    assert smallest_visible(d, 5) == np.inf
    assert smallest_visible(d, 7, comparisons=4) == np.inf
    # All of eight signs must agree: .8^(1/8) = .9725 each, 1.92 standard deviations.
    assert smallest_visible(d, 8, comparisons=4) == pytest.approx(1.92, rel=0.05)


def test_failures_make_less_visible():
    d = np.random.default_rng(0).normal(0, 1, 40)
    some, most = d.copy(), d.copy()
    some[:4], most[:30] = np.inf, np.inf
    assert smallest_visible(d) < smallest_visible(some) < np.inf
    assert smallest_visible(most) == np.inf


def test_without_a_spread_it_is_not_known():
    assert np.isnan(smallest_visible([]))
    assert np.isnan(smallest_visible([1.0]))
    assert np.isnan(smallest_visible(np.zeros(20)))


def test_the_draws_needed_see_the_target_and_call_none_equal():
    d = np.random.default_rng(0).normal(0, 1, 400)
    few, many = draws_needed(d, 0.8), draws_needed(d, 0.4)
    assert few % 2 == many % 2 == 0
    assert many == pytest.approx(4 * few, rel=0.05)
    rng = np.random.default_rng(1)
    lows = [hodges_lehmann(s).low for s in rng.normal(0.4, d.std(), (200, int(many) // 2))]
    assert np.mean(np.array(lows) > 0) > 0.78
    assert draws_needed(d, 100.0) == least_draws(1)
    assert np.isnan([draws_needed(d, 0.0), draws_needed(d, np.nan), draws_needed([], 1.0)]).all()


def test_to_see_a_difference_takes_fewer_draws_than_to_rule_one_out():
    d = np.random.default_rng(0).normal(0, 1, 400)
    seen, needed = draws_to_see(d, 0.4), draws_needed(d, 0.4)
    assert seen < needed
    visible = smallest_visible(d, int(seen) // 2)
    assert visible == pytest.approx(0.4, rel=0.05)
    assert draws_to_see(d, 0.4, comparisons=4) > seen
    assert draws_to_see(d, 0.4, share=1) == pytest.approx(seen / 2, abs=1)
    assert np.isnan(draws_to_see(d, 0.0))
