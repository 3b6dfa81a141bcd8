"""Shares of cell and draw: a table worked by hand, statsmodels' words in numbers, known truths."""

import numpy as np
import pandas as pd
import pytest

from gatelab.errors import StudyError
from gatelab.statistics.shares import rescale, shares, two_way


def _draws(cells, variants="abcdefghi"):
    cells = np.asarray(cells, dtype=float)
    d, v = cells.shape
    return pd.DataFrame(
        {
            "variant": [*variants[:v]] * d,
            "draw": np.repeat(np.arange(d), v),
            "valid": cells.ravel(),
            "test": cells.ravel(),
            "state": np.where(np.isfinite(cells), "complete", "failed").ravel(),
        }
    )


def _share(frame, scale, part, column="share"):
    return frame.set_index(["scale", "part"]).loc[(scale, part), column]


def test_a_table_worked_by_hand():
    # Rows are draws. Means: variants 2, 4; draws 1.5, 3, 4.5; all 3.
    # Variant: 3 (1 + 1) = 6. Draw: 2 (2.25 + 0 + 2.25) = 9. Total: 4 + 1 + 1 + 1 + 0 + 9 = 16.
    cells = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    np.testing.assert_allclose(two_way(cells), [6.0, 9.0, 1.0])
    assert two_way(cells).sum() == pytest.approx(((cells - 3) ** 2).sum())


def test_a_resampled_table_is_that_of_its_draws():
    rng = np.random.default_rng(0)
    cells, counts = rng.normal(size=(9, 4)), rng.multinomial(9, np.full(9, 1 / 9), size=5)
    tables = [np.repeat(cells, times, axis=0) for times in counts]
    np.testing.assert_allclose(two_way(cells, counts), [two_way(table) for table in tables])
    for table in tables:
        d = table - table.mean()
        rest = d - d.mean(axis=0) - d.mean(axis=1, keepdims=True)
        assert two_way(table)[2] == pytest.approx((rest**2).sum())


def test_shares_are_exact_and_add_up():
    frame = shares(_draws([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), "maximize", resamples=10)
    assert _share(frame, "plain", "variant") == pytest.approx(6 / 16)
    assert _share(frame, "plain", "draw") == pytest.approx(9 / 16)
    assert _share(frame, "plain", "rest") == pytest.approx(1 / 16)
    # Without an effect the variants would have 1 of the 2 degrees of freedom of the rest.
    assert _share(frame, "plain", "variant", "chance") == pytest.approx(1 / 2 / 16)
    assert _share(frame, "plain", "draw", "chance") == pytest.approx(2 / 2 / 16)
    assert np.isnan(_share(frame, "plain", "noise"))


def test_errors_are_taken_as_logarithms():
    # On logarithms the same table has no rest: the second cell is twice the first.
    frame = shares(_draws([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), resamples=10)
    assert _share(frame, "log", "rest") == pytest.approx(0, abs=1e-12)
    assert set(frame.scale) == {"rank", "log"}
    with_zero = shares(_draws([[0.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), resamples=10)
    assert set(with_zero.scale) == {"rank", "plain"}


def test_failed_trials_are_the_worst_rank_and_leave_the_other_scale():
    cells = [[1.0, 5.0], [2.0, np.nan], [3.0, 6.0], [4.0, np.nan]]
    frame = shares(_draws(cells), resamples=10)
    assert _share(frame, "rank", "rest", "draws") == 4
    assert _share(frame, "log", "rest", "draws") == 2
    ranks = np.array([[1, 5], [2, 7.5], [3, 6], [4, 7.5]])
    expected = two_way(ranks) / two_way(ranks).sum()
    np.testing.assert_allclose(frame.share[:3], expected)


def test_the_noise_of_draws_trained_twice_divides_the_rest():
    rng = np.random.default_rng(0)
    d, v, noise = 400, 4, 0.5
    cells = rng.normal(size=(d, 1)) + rng.normal(size=(d, v)) * 0.6  # interaction
    again = pd.DataFrame(
        cells[:, 0, None] + noise * rng.normal(size=(d, 2)), columns=["first", "again"]
    )
    frame = shares(_draws(cells + noise * rng.normal(size=(d, v))), "maximize", again, resamples=50)
    total = 1 + 0.36 + 0.25
    for part, variance in {"interaction": 0.36, "noise": 0.25}.items():
        # Of an effect without structure, 3 of 4 parts are in the rest.
        assert _share(frame, "plain", part) == pytest.approx(0.75 * variance / total, abs=0.02)
        low, high = (_share(frame, "plain", part, end) for end in ("low", "high"))
        assert low < 0.75 * variance / total < high
    sums = frame.groupby("scale").share.apply(list)
    for parts in sums:
        assert sum(parts[:3]) == pytest.approx(1)
        assert sum(parts[3:]) == pytest.approx(parts[2])


def test_noise_beyond_the_rest_is_all_of_it():
    again = pd.DataFrame({"first": [0.0, 9.0, np.nan], "again": [9.0, 0.0, 1.0]})
    frame = shares(_draws([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), "maximize", again, resamples=10)
    assert _share(frame, "plain", "noise") == _share(frame, "plain", "rest")
    assert _share(frame, "plain", "interaction") == 0


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_intervals_hold_the_true_share(effect):
    rng = np.random.default_rng(3)
    d, v, spread = 40, 5, 0.3
    means = np.linspace(-1, 1, v) / np.linspace(-1, 1, v).std() * effect
    truth = effect**2 / (effect**2 + 1 + spread**2)
    held = 0
    for _ in range(40):
        cells = means + rng.normal(size=(d, 1)) + spread * rng.normal(size=(d, v))
        frame = shares(_draws(cells), "maximize", resamples=60)
        held += _share(frame, "plain", "variant", "low") <= truth
        held += truth <= _share(frame, "plain", "variant", "high")
    assert held >= 76  # each of 80 ends fails in 2.5% of studies


def test_ranks_are_mean_ranks():
    np.testing.assert_array_equal(
        rescale(np.array([3.0, 1.0, 3.0, np.inf]), np.array([3.0, 1.0, 3.0, np.inf]), "rank"),
        [2.5, 1.0, 2.5, 4.0],
    )


@pytest.mark.parametrize(
    "cells", [[[1.0, 2.0]], [[1.0], [2.0]], [[2.0, 2.0], [2.0, 2.0]], [[np.nan] * 2] * 3]
)
def test_what_has_no_shares_has_nan(cells):
    frame = shares(_draws(cells), resamples=10)
    assert frame.share.isna().all()
    assert len(frame) == 10


def test_draws_that_a_cell_lacks_are_left_out():
    draws = _draws([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 7.0]])[:-1]
    frame = shares(draws, "maximize", resamples=10)
    assert _share(frame, "plain", "variant", "draws") == 3
    assert _share(frame, "plain", "variant") == pytest.approx(6 / 16)


def test_the_same_seed_gives_the_same_interval():
    draws = _draws(np.random.default_rng(1).normal(size=(12, 3)))
    pd.testing.assert_frame_equal(shares(draws, resamples=20), shares(draws, resamples=20))


def test_a_frame_without_a_column_is_refused():
    with pytest.raises(StudyError, match="no column state"):
        shares(_draws([[1.0, 2.0]]).drop(columns="state"))
