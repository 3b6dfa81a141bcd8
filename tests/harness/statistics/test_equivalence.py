"""Equality within a margin, and the failures of two cells."""

import numpy as np
import pytest
from scipy.stats import wilcoxon

from gatelab.errors import StudyError
from gatelab.statistics.equivalence import equivalence, margin_of, size
from gatelab.statistics.failures import mcnemar


def test_it_is_the_worse_of_two_one_sided_tests():
    d = np.random.default_rng(0).normal(0.1, 0.5, 25)
    above = wilcoxon(d + 0.4, alternative="greater", method="exact").pvalue
    below = wilcoxon(d - 0.4, alternative="less", method="exact").pvalue
    assert equivalence(d, 0.4) == pytest.approx(max(above, below), rel=1e-12)
    assert below > above


def test_by_hand():
    # All of five differences lie within 1: the signs agree in one of 2^5 flips.
    assert equivalence([0.1, -0.2, 0.3, 0.5, -0.9], 1.0) == pytest.approx(1 / 32)
    assert equivalence([0.0] * 8, 0.5) == pytest.approx(1 / 2**8)
    # Just one margin apart: the middle of the distribution.
    assert equivalence([1.0, 1.0, 1.0], 1.0) == 1
    # A failure is beyond any margin.
    assert equivalence([0.0] * 4 + [np.inf], 1.0) == pytest.approx(
        1 - sum([1, 1, 2, 3]) / 32, abs=1
    )
    assert equivalence([0.0] * 4 + [np.inf], 1.0) > equivalence([0.0] * 5, 1.0)


def test_the_margin_is_half_the_noise_unless_given():
    assert margin_of(np.nan, 0.4) == 0.2
    assert margin_of(0.1, 0.4) == 0.1
    assert np.isnan([margin_of(np.nan, np.nan), margin_of(0.0, 0.4), margin_of(np.nan, 0.0)]).all()


def test_sizes():
    assert np.isnan(size("margin", None))
    assert size("margin", np.float32(0.5)) == 0.5
    for wrong in (-0.1, np.inf, "x", [1], True):
        with pytest.raises(StudyError, match="is not a size"):
            size("margin", wrong)


def test_mcnemar_by_hand():
    failed = lambda *draws: np.isin(np.arange(20), draws)
    # Five draws failed in one only, none in the other: 2 / 2^5. Shared failures say nothing.
    assert mcnemar(failed(0, 1, 2, 3, 4, 9), failed(9)) == pytest.approx(1 / 16)
    assert mcnemar(failed(9), failed(0, 1, 2, 3, 4, 9)) == pytest.approx(1 / 16)
    assert mcnemar(failed(1, 2), failed(3)) == 1
    assert mcnemar(failed(5), failed(5)) == 1
    assert mcnemar(failed(), failed()) == 1
