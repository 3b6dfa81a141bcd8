"""The difference over all draws: scipy's test, failures, directions, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from gatelab.errors import StudyError
from gatelab.statistics.overall import overall


def _draws(**tests):
    return pd.concat(
        pd.DataFrame(
            {
                "variant": name,
                "draw": range(len(scores)),
                "valid": scores,
                "test": scores,
                "state": np.where(np.isfinite(scores), "complete", "failed"),
            }
        )
        for name, scores in tests.items()
    )


def test_all_draws_are_compared():
    first, second = np.random.default_rng(0).normal(size=(2, 15))
    found = overall(_draws(a=first, b=second), "a").iloc[0]
    assert found.p == pytest.approx(wilcoxon(second, first, method="exact").pvalue)
    d = second - first
    averages = np.array([(d[i] + d[j]) / 2 for i in range(15) for j in range(i + 1)])
    assert found.difference == pytest.approx(np.median(averages))
    assert found.low < found.difference < found.high
    assert found.draws == 15


def test_maximizing_turns_signs_only():
    first, second = np.random.default_rng(1).normal(size=(2, 15))
    down = overall(_draws(a=first, b=second), "a").iloc[0]
    up = overall(_draws(a=-first, b=-second), "a", "maximize").iloc[0]
    assert [up.difference, up.low, up.high] == [-down.difference, -down.high, -down.low]
    assert up.p == down.p


def test_a_failed_trial_is_worst_and_one_failed_in_both_says_nothing():
    first = np.array([1.0, 2, 3, 4, 5, 6, np.nan, 8])
    second = np.array([1.5, 2.5, 3.5, np.nan, 5.5, 6.5, np.nan, 8.5])
    found = overall(_draws(a=first, b=second), "a").iloc[0]
    assert found.draws == 7
    assert found.p == 2 / 2**7  # every difference has the same sign
    assert found.high == np.inf
    swapped = overall(_draws(b=second, a=first), "b").iloc[0]
    assert swapped.low == -np.inf


def test_all_failed_gives_nan():
    found = overall(_draws(a=[1.0, 2.0], b=[np.nan, np.nan], c=[np.nan, np.nan]), "b")
    row = found.set_index("variant").loc["c"]
    assert row.draws == 0
    assert np.isnan(row.p)
    assert np.isnan(row.difference)


def test_an_unknown_reference_is_refused():
    with pytest.raises(StudyError, match="unknown reference 'aa'"):
        overall(_draws(a=[1.0], b=[2.0]), "aa")
