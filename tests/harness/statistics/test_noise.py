"""The noise of seeds, from draws trained twice."""

import numpy as np
import pytest

from gatelab.statistics.noise import noise_of


def test_by_hand():
    # Differences 1, -1, 3, -1: mean square 3, half of it 1.5.
    assert noise_of([1, 2, 5, 0], [0, 3, 2, 1]) == (pytest.approx(np.sqrt(1.5)), 4, 0)


def test_it_is_the_standard_deviation_of_one_score():
    rng = np.random.default_rng(0)
    draws = rng.normal(0, 10, 4000)  # draws differ much; that is no noise
    first, again = draws + rng.normal(0, 0.3, (2, 4000))
    assert noise_of(first, again).deviation == pytest.approx(0.3, rel=0.03)


def test_failed_trainings_are_counted_and_no_numbers():
    found = noise_of([1, np.inf, np.nan, np.inf, 2], [2, 1, 1, np.inf, 2])
    assert found == (pytest.approx(0.5), 2, 3)
    nothing = noise_of([np.nan], [1.0])
    assert np.isnan(nothing.deviation)
    assert nothing[1:] == (0, 1)
    assert noise_of([], [])[1:] == (0, 0)
