"""The long lag problems: the first symbol comes back at the end."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.drawn import baselines, letters, parts, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks

few = settings(deadline=None, max_examples=25)


@pytest.mark.parametrize("form", ["2a", "2b"])
@few
@given(seed=seeds, lag=st.integers(2, 30))
def test_long_lag_repeats_its_first_symbol_at_the_end(form, seed, lag):
    names = [*range(1, lag), "x", "y"]
    train, *held_out = parts("long_lag", seed, form=form, lag=lag)
    for batch in (train, *held_out):
        for x, y in rows(batch):
            string = letters(x, names)
            assert len(string) == lag
            assert string[0] in ("x", "y")
            assert all(symbol not in ("x", "y") for symbol in string[1:])
            assert form == "2b" or string[1:] == names[: lag - 1]
            assert names[y[-1]] == string[0]
            if form == "2b" and batch is not train:
                assert (y[:-1] == -1).all()
            else:
                assert [names[i] for i in y[:-1]] == string[1:]


@few
@given(seed=seeds, lag=st.integers(2, 30), distractors=st.integers(1, 9))
def test_very_long_lag_asks_once_after_the_trigger(seed, lag, distractors):
    names = [*range(distractors), *"ebxy"]
    for batch in parts("long_lag", seed, form="2c", lag=lag, distractors=distractors):
        for x, y in rows(batch):
            first, symbol, *between, trigger = letters(x, names)
            assert (first, trigger) == ("b", "e")
            assert all(each in range(distractors) for each in between)
            assert len(between) >= lag
            assert (y[:-1] == -1).all()
            assert "xy"[y[-1]] == symbol


def test_long_lag_draws_as_the_paper_does():
    def draw(**options):
        return tasks.make("long_lag", lag=10, **options).splits(rng()).train.draw(rng(), 20_000)

    noisy = draw(form="2b")
    assert noisy.x[:, 1:, :9].mean((0, 1)) == pytest.approx(1 / 9, abs=0.01)
    assert noisy.x[:, 0, 9:].mean(0) == pytest.approx(0.5, abs=0.02)
    lengths = draw(form="2c", distractors=7).lengths
    assert lengths.min() == 13  # b, x or y, ten distractors, e
    assert np.mean(lengths == 13) == pytest.approx(0.1, abs=0.01)
    assert lengths.mean() == pytest.approx(13 + 9, abs=0.3)


@pytest.mark.parametrize("form", ["2a", "2b", "2c"])
def test_long_lag_is_half_solved_without_memory(form):
    scores = baselines("long_lag", form=form, lag=20, distractors=10)
    assert scores["first symbol forgotten"] == pytest.approx(0.5, abs=0.1)
    assert scores["majority symbol"] <= 0.6
    assert form != "2a" or scores["majority symbol"] == 0
