"""Walsh averages found by halving are those that sorting finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.statistics import walsh
from gatelab.statistics.hodges_lehmann import hodges_lehmann

INF = np.inf
NUMBERS = st.one_of(st.floats(allow_nan=False, width=32), st.sampled_from([0.0, 0.5, INF, -INF]))


@settings(deadline=None, max_examples=40)
@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_every_rank_is_found(differences):
    d = np.array(differences)
    ranks = [*range(-len(d) * (len(d) + 1), len(d) * (len(d) + 1))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walsh, "FEW", 0)
        found = walsh.at_ranks(d, ranks)
    size = np.abs(d[np.isfinite(d)]).max(initial=0.0)
    np.testing.assert_allclose(found, walsh.walsh(d)[ranks], rtol=0, atol=4e-15 * size)


def test_both_ways_agree_where_they_meet(rng):
    d = np.round(rng.normal(size=walsh.FEW + 1), 2)  # with ties
    more = hodges_lehmann(d)
    ranks = [*range(0, len(d) * (len(d) + 1), 9973)]
    np.testing.assert_allclose(walsh.at_ranks(d, ranks), walsh.walsh(d)[ranks], atol=1e-14)
    assert more.low < more.difference < more.high


def test_twenty_thousand_differences_take_a_moment(rng):
    e = hodges_lehmann(rng.normal(0.1, 1, 20_000))  # all averages would take 10 GB
    assert e.low < 0.1 < e.high
    assert e.high - e.low < 0.04
