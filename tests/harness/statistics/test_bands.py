"""Exact bands: against opda's simulation, integrals by hand, and how often they hold."""

import warnings

import numpy as np
import pytest
from opda.nonparametric import EmpiricalDistribution

from gatelab.statistics.bands import band, coverage


def test_two_draws_by_hand():
    # Of two uniform draws: P(.1 <= smaller <= .8, .3 <= larger <= .9), as an area: twice the
    # integral of (.9 - max(x, .3)) over x from .1 to .8, which is .12 + .2.
    assert coverage(np.array([0.1, 0.3]), np.array([0.8, 0.9])) == pytest.approx(
        2 * (0.2 * 0.6 + 0.5 * (0.6 + 0.1) / 2), abs=1e-12
    )


def test_one_draw_has_the_quantiles_of_a_uniform():
    low, high = band(1, 0.9)
    np.testing.assert_allclose([low[0], high[0]], [0.05, 0.95], atol=1e-7)


@pytest.mark.parametrize(("n", "confidence"), [(2, 0.95), (7, 0.8), (40, 0.95), (40, 0.5)])
def test_the_limits_hold_together_as_often_as_asked(n, confidence):
    low, high = band(n, confidence)
    assert coverage(low, high) == pytest.approx(confidence, abs=1e-6)
    draws = np.sort(np.random.default_rng(n).random((20_000, n)), axis=1)
    held = ((low <= draws) & (draws <= high)).all(axis=1).mean()
    assert held == pytest.approx(confidence, abs=4 * np.sqrt(confidence * (1 - confidence) / 2e4))


def test_opda_finds_the_same_band_by_simulation():
    scores = np.arange(12.0)
    lower, _, upper = EmpiricalDistribution.confidence_bands(
        scores, 0.95, method="ld_equal_tailed", generator=np.random.default_rng(0), n_jobs=1
    )
    low, high = band(12, 0.95)
    np.testing.assert_allclose(lower.cdf(scores), low, rtol=0.1)  # 100,000 samples at the far tail
    np.testing.assert_allclose(upper.cdf(scores[:-1]), high[1:], rtol=0.01)


def test_a_band_is_computed_once():
    assert band(9, 0.95)[0] is band(9, 0.95)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        band(11, 0.99)
