"""The estimate and its interval, worked by hand, and held against the test that it inverts."""

import numpy as np
import pytest
from scipy.stats import wilcoxon

from gatelab.statistics.hodges_lehmann import Estimate, hodges_lehmann
from gatelab.statistics.signed_rank import signed_rank
from gatelab.statistics.walsh import walsh

INF = np.inf


def test_by_hand():
    # Walsh averages of 1, 2, 6: 1 1.5 2 3.5 4 6; their median is (2 + 3.5) / 2.
    assert walsh(np.array([6.0, 1, 2]))[::2].tolist() == [1, 1.5, 2, 3.5, 4, 6]
    assert hodges_lehmann([6, 1, 2]) == (2.75, -INF, INF)
    # The 11th of 21: 1 1.5 2 2.5 3 4 4.5 5 6 8 8.5 9 10 12 16 16.5 17 18 20 24 32.
    # Of six, the smallest p is 1/32, so the 95% interval goes from the least to the largest.
    assert hodges_lehmann([1, 2, 4, 8, 16, 32]) == (8.5, 1, 32)
    # Of eight, rank sums up to 3 are rejected: the 4th average from either end.
    assert hodges_lehmann(2.0 ** np.arange(8))[1:] == (2.5, 72)


@pytest.mark.parametrize("n", [6, 8, 15, 40])
def test_the_interval_holds_what_the_test_does_not_reject(n):
    d = np.random.default_rng(n).normal(0.2, 1, n)
    e = hodges_lehmann(d)
    rejected = lambda shift: wilcoxon(d - shift, method="exact").pvalue < 0.05
    tiny = 1e-9
    assert rejected(e.low - tiny)
    assert rejected(e.high + tiny)
    assert not rejected(e.low + tiny)
    assert not rejected(e.high - tiny)
    assert not rejected(e.difference + tiny)


def test_other_confidences():
    d = np.random.default_rng(0).normal(0, 1, 20)
    wide, usual = hodges_lehmann(d, 0.99), hodges_lehmann(d)
    assert wide.low < usual.low < usual.high < wide.high


def test_failures_move_the_ends_and_only_most_of_them_the_estimate():
    d = np.arange(1.0, 11)
    few = hodges_lehmann([*d, INF])
    assert few.low > 0
    assert np.isfinite(few.difference)
    assert few.difference > hodges_lehmann(d).difference
    assert hodges_lehmann([*d, *[INF] * 5]).high == INF
    assert hodges_lehmann([1.0, *[INF] * 9])[:2] == (INF, INF)
    assert hodges_lehmann([-INF] * 9) == (-INF, -INF, -INF)


def test_failures_on_both_sides_are_evidence_for_both():
    even = hodges_lehmann([-2.0, -1, 0.5, 1, 2, *[INF] * 4, *[-INF] * 4])
    assert np.isfinite(even.difference)
    assert (even.low, even.high) == (-INF, INF)
    assert hodges_lehmann([INF, -INF]).difference == 0
    d = np.array([0.5, 1, 2, 3, 4, 5, 6, 7, INF, -INF])
    shifts = np.linspace(-2, 8, 401) + 1e-6
    e = hodges_lehmann(d)
    kept = [e.low <= s <= e.high for s in shifts]
    # Two infinite differences are tied, for which the interval is careful, never narrower.
    assert all(k for k, s in zip(kept, shifts, strict=True) if signed_rank(d - s) >= 0.05)


def test_the_sign_turns_the_ends():
    assert Estimate(1.0, -2.0, 3.0).times(-1) == (-1, -3, 2)
    assert Estimate(1.0, -2.0, INF).times(1) == (1, -2, INF)
    assert str(Estimate(0.0, 0.0, 0.0).times(-1).low) == "0.0"


def test_of_nothing_nothing_is_known():
    assert np.isnan(hodges_lehmann([])).all()
    assert np.isnan(hodges_lehmann([]).times(-1)).all()
    assert hodges_lehmann([3.0]) == (3, -INF, INF)
