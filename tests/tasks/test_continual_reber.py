"""The Reber stream, against a recogniser that shares nothing with the task's automaton."""

import re
from functools import cache
from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.languages import drawn_row, read, score
from helpers.reber import EMBEDDED
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks.continual_reber import streams, walk
from gatelab.tasks.shared.reber_grammar import SYMBOLS

quick = settings(deadline=None, max_examples=30)
WHOLE = [f"B{o}{s}{o}E" for s in ("BTSXSE", "BPTVPSE", "BPVVE") for o in "TP"]
BEHIND = {s[cut:] for s in WHOLE for cut in range(len(s))} | {""}


@cache
def may_follow(piece):
    """Symbols with which a stream may go on after a string's beginning."""
    whole = re.compile(EMBEDDED)
    return {a for a in SYMBOLS if any(whole.fullmatch(piece + a + end) for end in BEHIND)}


def legal_after(text):
    """The same after a stream: whole strings are taken from its front."""
    while whole := re.match(EMBEDDED, text):
        text = text[whole.end() :]
    return may_follow(text)


@quick
@given(seeds, st.integers(1, 40), st.integers(1, 4))
def test_streams_are_legal_and_their_sets_exact_across_batches(seed, length, count):
    dealt = [*islice(streams(rng(seed), 3, length), count)]
    assert [batch.continues for batch in dealt] == [False] + [True] * (count - 1)
    rows = [read(batch, SYMBOLS, SYMBOLS) for batch in dealt]
    for parts in zip(*rows, strict=True):
        text = "".join(symbol for symbols, _ in parts for symbol in symbols)
        sets = [legal for _, found in parts for legal in found]
        assert text[0] == "B"
        for t, legal in enumerate(sets):
            assert legal_after(text[: t + 1]) == legal
            assert t + 1 == len(text) or text[t + 1] in legal


def test_forks_of_a_stream_are_even():
    later = walk(rng(1), np.zeros(20_000, int), 200)[0]  # long after the start of a string
    share = later.x[:, -1].mean(0)  # two B and two E in a string of twelve on average
    assert share[[SYMBOLS.index(s) for s in "BE"]] == pytest.approx(2 / 12, abs=0.01)


def test_stream_lengths_are_as_asked_also_between_eights():
    task = tasks.make("continual_reber", length=13, test_length=21)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    assert next(train.batches(rng(), 5)).x.shape == (5, 13, 7)
    assert (valid.x.shape, test.x.shape) == ((128, 21, 7), (128, 21, 7))
    assert train.updates(32) == train.updates(1) == task.epoch_updates
    whole = walk(rng(3), np.zeros(4, int), 24)[0]
    assert np.array_equal(walk(rng(3), np.zeros(4, int), 17)[0].x, whole.x[:, :17])


def test_stream_baselines_rank_by_what_they_know():
    task = tasks.make("continual_reber")
    splits = task.splits(rng())
    scores = task.baselines(splits)
    assert scores["best constant set"] < scores["Markov, most common set"]
    assert scores["Markov, most common set"] < scores["second symbol forgotten"] < 1
    # One step of the twelve of a string, and right half of the time.
    assert 1 - scores["second symbol forgotten"] == pytest.approx(1 / 24, rel=0.1)
    assert score(task, splits, splits.test.y) == 1


def test_stream_draws_the_row_of_its_docstring():
    symbols, sets = drawn_row("continual_reber")
    for t, legal in enumerate(sets):
        assert legal_after("".join(symbols[: t + 1])) == {*legal}
