"""Copying and delayed recall: what was shown is asked for later."""

from math import log

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.drawn import baselines, letters, parts, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks

few = settings(deadline=None, max_examples=25)


@few
@given(
    seed=seeds,
    length=st.integers(1, 40),
    items=st.integers(1, 12),
    symbols=st.integers(2, 9),
)
def test_copy_memory_repeats_what_it_showed(seed, length, items, symbols):
    options = {"length": length, "items": items, "symbols": symbols}
    names = ["_", *range(symbols), ":"]
    for batch in parts("copy_memory", seed, **options):
        for x, y in rows(batch):
            string, answer = letters(x, names), [names[i] for i in y]
            shown = string[:items]
            assert all(symbol in range(symbols) for symbol in shown)
            assert string[items:] == ["_"] * (length - 1) + [":"] + ["_"] * items
            assert answer == ["_"] * (length + items) + shown


@settings(deadline=None, max_examples=10)
@given(length=st.integers(1, 200), items=st.integers(1, 12), symbols=st.integers(2, 9))
def test_copy_memory_baseline_is_the_one_of_the_paper(length, items, symbols):
    scores = baselines("copy_memory", length=length, items=items, symbols=symbols)
    memoryless = items * log(symbols) / (length + 2 * items)
    assert scores["memoryless"] == pytest.approx(memoryless)
    assert scores["frequencies of each step"] == pytest.approx(memoryless, rel=0.06, abs=1e-3)
    assert scores["uniform guess"] == pytest.approx(log(symbols + 1))


# Delayed recall


@few
@given(seed=seeds, length=st.integers(2, 40), delay=st.integers(2, 20), symbols=st.integers(2, 6))
def test_delayed_recall_asks_for_what_was_kept_last(seed, length, delay, symbols):
    options = {"length": length, "delay": delay, "symbols": symbols}
    for batch in parts("delayed_recall", seed, **options):
        for x, y in rows(batch):
            shown = letters(x[:, :symbols], range(symbols))
            store, recall = x[:, symbols] == 1, x[:, symbols + 1] == 1
            assert store[0]
            assert recall[-1]
            assert not (store & recall).any()
            assert np.isin(x[:, symbols:], (0, 1)).all()
            kept = None
            for t in range(length):
                if store[t]:
                    kept = shown[t]
                assert y[t] == (kept if recall[t] else -1)


def test_delayed_recall_draws_and_guesses_evenly():
    task = tasks.make("delayed_recall", delay=5)
    x = task.splits(rng()).train.draw(rng(), 5000).x
    assert x[:, 1:-1, 4:].mean((0, 1)) == pytest.approx(1 / 5, abs=0.01)
    assert x[..., :4].mean((0, 1)) == pytest.approx(1 / 4, abs=0.01)
    scores = baselines("delayed_recall")
    assert set(scores) == {"most common symbol", "symbol on show"}
    assert list(scores.values()) == pytest.approx([1 / 4, 1 / 4], abs=0.04)
