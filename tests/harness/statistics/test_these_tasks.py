"""The standing of cells over given tasks: by hand, paired, failures, refusals."""

import numpy as np
import pandas as pd
import pytest

from gatelab.errors import StudyError
from gatelab.statistics.these_tasks import standing


def _draws(**tests):
    frames = [
        pd.DataFrame({"variant": name, "draw": range(len(test)), "valid": test, "test": test})
        for name, test in tests.items()
    ]
    draws = pd.concat(frames, ignore_index=True)
    return draws.assign(state=np.where(np.isfinite(draws.test), "complete", "failed"))


def test_two_tasks_by_hand():
    tasks = {
        "one": _draws(a=[1.0, 2.0], b=[3.0, 4.0]),  # standings 0, 1/3 and 2/3, 1
        "two": _draws(a=[90.0, 70.0], b=[60.0, 80.0]),  # maximized: 0, 2/3 and 1, 1/3
    }
    found = standing(tasks, "a", {"two": "maximize"}, resamples=50).set_index("variant")
    assert [*found.index] == ["a", "b"]
    assert found.standing["a"] == pytest.approx((0 + 1 / 3) / 2)  # of 0, 0, 1/3, 2/3
    assert found.standing["b"] == pytest.approx((2 / 3 + 1) / 2)  # of 1/3, 2/3, 1, 1
    assert found.difference["b"] == pytest.approx(2 / 3)
    assert found.difference["a"] == found.difference_low["a"] == found.difference_high["a"] == 0


def test_differences_are_paired():
    """Draws differ much, cells by little: the difference is known better than either standing."""
    rng = np.random.default_rng(0)
    tasks = {}
    for task in "pqr":
        draw = rng.normal(size=40)
        tasks[task] = _draws(a=draw, b=draw + 0.2 + 0.05 * rng.normal(size=40))
    b = standing(tasks, "a").set_index("variant").loc["b"]
    assert b.difference_low > 0
    assert b.difference_high - b.difference_low < (b.high - b.low) / 2


def test_a_failed_trial_is_the_worst_and_ties_share_their_place():
    tasks = {"one": _draws(a=[1.0, 2.0, 2.0, 2.0], b=[np.nan] * 4)}
    found = standing(tasks, "a", resamples=20).set_index("variant")
    assert found.standing["a"] == pytest.approx(2 / 7)  # ranks 1, 3, 3, 3 of 8
    assert found.standing["b"] == pytest.approx(5.5 / 7)


def test_only_what_all_tasks_have_is_compared():
    tasks = {
        "one": _draws(a=[1.0, 2.0], b=[3.0, 4.0], c=[5.0, 6.0]),
        "two": _draws(c=[1.0, 2.0], a=[3.0, 4.0]),
    }
    assert set(standing(tasks, "a", resamples=20).variant) == {"a", "c"}


def test_the_same_seed_gives_the_same_interval():
    tasks = {"one": _draws(a=np.arange(9.0), b=np.arange(9.0)[::-1])}
    pd.testing.assert_frame_equal(standing(tasks, "a"), standing(tasks, "a"))


def test_what_cannot_be_said_is_refused():
    one = _draws(a=[1.0], b=[2.0])
    with pytest.raises(StudyError, match="no tasks"):
        standing({}, "a")
    with pytest.raises(StudyError, match="unknown reference 'c'"):
        standing({"one": one}, "c")
    with pytest.raises(StudyError, match="one: no draw was made by all variants"):
        standing({"one": one.assign(draw=[0, 1])}, "a")
