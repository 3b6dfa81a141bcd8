"""Adding and multiplication: targets computed again, slowly, from x."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.drawn import baselines, parts, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks

few = settings(deadline=None, max_examples=25)


@pytest.mark.parametrize(("name", "low"), [("adding_ragged", -1), ("multiplication", 0)])
@few
@given(seed=seeds, length=st.integers(20, 60))
def test_marked_pairs_stand_where_they_belong_and_make_the_target(name, low, seed, length):
    for batch in parts(name, seed, length=length):
        for x, y in rows(batch):
            assert length <= len(x) <= length + length // 10
            value, marker = x.T
            assert ((value >= low) & (value <= 1)).all()
            assert marker[0] == marker[-1] == -1
            assert np.isin(marker[1:-1], (0, 1)).all()
            places = [t for t in range(len(x)) if marker[t] == 1]
            assert len(places) in (1, 2)  # 1: the other was to be the very first pair
            assert len(places) == 1 or min(places) < 10
            assert max(places) < length // 2
            marked = [float(value[t]) for t in places]
            if name == "adding_ragged":
                assert y == pytest.approx([0.5 + sum(marked) / 4])
            else:
                assert y == pytest.approx([marked[0] * (marked[1] if marked[1:] else 1)])


@pytest.mark.parametrize("name", ["adding_ragged", "multiplication"])
def test_marks_are_drawn_as_the_paper_draws_them(name):
    x, _, lengths = tasks.make(name, length=40).splits(rng()).train.draw(rng(), 40_000)
    marks = (x[..., 1] == 1).mean(0)
    # One of ten, then one of the 19 left among the first 20; never seen on the first pair.
    assert marks[0] == 0
    assert marks[1:10] == pytest.approx(0.1 + 0.9 / 19, abs=0.006)
    assert marks[10:20] == pytest.approx(1 / 19, abs=0.006)
    assert not marks[20:].any()
    assert np.bincount(lengths)[40:] / 40_000 == pytest.approx(1 / 5, abs=0.01)
    assert x[:, :40, 0].mean() == pytest.approx(0 if name == "adding_ragged" else 0.5, abs=0.01)


def test_adding_and_multiplication_baselines():
    # A mark counts as 0 (or 1) where it falls on the first pair: 1 in 10 and .9 in 49.
    one, two = 0.9, 1 - 0.9 / 49
    constant = baselines("adding_ragged")["always .5"]
    assert constant == pytest.approx((one + two) / 3 / 16, rel=0.05)
    either = one + two - 1  # both marks are on other pairs; else one of them counts as 1
    mean, square = (either / k**2 + (1 - either) / k for k in (2, 3))
    constant = baselines("multiplication")["always the mean"]
    assert constant == pytest.approx(square - mean**2, rel=0.1)
