"""Holm's adjustment, worked by hand."""

import numpy as np
import pytest

from gatelab.statistics.holm import holm


def test_by_hand():
    # .01 x 4, .02 x 3, .03 x 2 = .06, .005 x ... in the order given: 4, 3, 2, 1 by size.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # 2 x .03 = .06 and .04 alone would be .04: an adjusted p never overtakes a smaller one.
    assert holm([0.04, 0.03]) == pytest.approx([0.06, 0.06])
    assert holm([0.5, 0.6]).tolist() == [1, 1]


def test_demsar_s_table_of_comparisons_with_a_control():
    # Demsar (2006), JMLR 7, section 3.2.2: p of z against the control .016, .023, .607 in steps of
    # .05/3, .05/2, .05: the first two are below their step.
    adjusted = holm([0.607, 0.016, 0.023])
    assert adjusted == pytest.approx([0.607, 0.048, 0.048])
    assert (adjusted < 0.05).tolist() == [False, True, True]


def test_what_cannot_be_said_counts_and_stays_unsaid():
    adjusted = holm([0.01, np.nan, 0.02])
    assert adjusted[[0, 2]] == pytest.approx([0.03, 0.04])
    assert np.isnan(adjusted[1])


def test_of_none():
    assert holm([]).tolist() == []
