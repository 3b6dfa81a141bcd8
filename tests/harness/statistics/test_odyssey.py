"""The Odyssey's test: scipy's Welch on the trials that were kept, and its false alarms."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from gatelab.errors import StudyError
from gatelab.statistics.odyssey import best, false_alarms, odyssey, swapped, top, welch


def _draws(n, cells=2, seed=0, shift=0.0):
    rng = np.random.default_rng(seed)
    draw = rng.normal(size=n)
    frames = []
    for name in "abcdef"[:cells]:
        valid, test = draw + 0.1 * rng.normal(size=(2, n)) + shift * (name != "a")
        frames.append(
            pd.DataFrame(
                {
                    "variant": name,
                    "draw": range(n),
                    "valid": valid,
                    "test": test,
                    "state": "complete",
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_it_is_welch_s_test_on_the_best_tenth_by_validation():
    draws = _draws(40)
    found = odyssey(draws, "a").iloc[0]
    kept = [draws[draws.variant == v].nsmallest(4, "valid").test for v in "ba"]
    assert found.kept == 4
    assert found.p == pytest.approx(ttest_ind(*kept, equal_var=False).pvalue, rel=1e-12)
    assert found.difference == pytest.approx(kept[0].mean() - kept[1].mean())


def test_maximizing_is_minimizing_the_negative():
    draws = _draws(40, cells=3)
    up = draws.assign(valid=-draws.valid, test=-draws.test)
    down, up = odyssey(draws, "b"), odyssey(up, "b", "maximize")
    np.testing.assert_array_equal(up.difference, -down.difference)
    np.testing.assert_array_equal(up.p, down.p)
    assert [*up.variant] == ["a", "c"]


def test_a_tenth():
    assert [top(n) for n in (9, 10, 19, 40, 46, 200)] == [0, 2, 2, 4, 5, 20]
    kept = best(np.array([3.0, 1, 2] + [9.0] * 17), np.arange(20.0))
    np.testing.assert_array_equal(kept, [1.0, 2.0])


def test_welch_without_spread_has_no_p():
    assert np.isnan(welch(np.ones(4), np.ones(4)))


def test_few_draws_and_failures_among_the_best_have_no_p():
    few = odyssey(_draws(9), "a").iloc[0]
    assert few.kept == 0
    assert np.isnan(few.p)
    draws = _draws(20)
    draws.loc[draws.variant == "b", "state"] = "failed"
    draws.loc[20, "state"] = "complete"
    failed = odyssey(draws, "a").iloc[0]
    assert np.isnan(failed.p)
    assert np.isnan(failed.difference)


def test_it_does_not_hold_its_level():
    """The table of the facts: 8 to 16% at 40 draws of each cell's own, 0 to 6% at shared ones."""
    rates = false_alarms(40).set_index(["draws_are", "noise"]).rate
    assert rates["own"].between(0.08, 0.19).all()
    assert (rates["shared"] <= 0.06).all()
    assert rates["shared, optimum moved"].min() > 0.08
    found = odyssey(_draws(40), "a").iloc[0]
    assert found.false_alarms == rates[rates.index.get_level_values(0) != "own"].max()
    assert found.false_alarms_own == rates["own"].max()


def test_more_draws_make_it_worse():
    own = [false_alarms(n).query("draws_are == 'own'").rate.max() for n in (16, 40, 100)]
    assert own == sorted(own)


def test_swapping_equal_cells_of_this_study():
    # Without any noise the two cells are the same: no swap changes anything.
    draw = np.random.default_rng(0).normal(size=(1, 40)).repeat(2, axis=0)
    assert swapped(draw, draw) == 0
    # With nothing but noise the draws are as good as a cell's own.
    noises = np.random.default_rng(0).normal(size=(20, 2, 40))
    assert 0.08 < np.mean([swapped(noise, noise, swaps=200) for noise in noises]) < 0.17


def test_the_same_study_gives_the_same_rates():
    pd.testing.assert_frame_equal(odyssey(_draws(20), "a"), odyssey(_draws(20), "a"))
    mine = false_alarms(20)
    mine["rate"] = 1.0  # a frame of one's own
    assert (false_alarms(20).rate < 1).all()


def test_an_unknown_reference_is_refused():
    with pytest.raises(StudyError, match="unknown reference"):
        odyssey(_draws(10), "z")
