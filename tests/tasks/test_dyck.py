"""Dyck words, against a stack."""

from itertools import product

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.languages import drawn_row, read, score
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.dyck import names, profiles, words

quick = settings(deadline=None, max_examples=30)


def balanced(word, kinds, depth):
    """What may come next after a beginning of a word, by a stack; None if it is none."""
    opening, closing = names(kinds)[:kinds], names(kinds)[kinds:]
    stack = []
    for bracket in word:
        if bracket in opening:
            stack.append(closing[opening.index(bracket)])
        elif not stack or stack.pop() != bracket:
            return None
        if len(stack) > depth:
            return None
    return stack, {*stack[-1:], *(opening if len(stack) < depth else [])}


@quick
@given(seeds, st.integers(1, 6), st.integers(1, 6), st.integers(1, 12), st.integers(0, 8))
def test_dyck_words_are_balanced_and_sets_are_what_the_stack_allows(
    seed, kinds, depth, shortest, more
):
    bounds = 2 * shortest, 2 * (shortest + more)
    batch = words(rng(seed), 10, kinds, depth, bounds)
    assert ((batch.lengths >= bounds[0]) & (batch.lengths <= bounds[1])).all()
    assert (batch.lengths % 2 == 0).all()
    symbols = names(kinds)
    for word, sets in read(batch, symbols, symbols):
        for t, legal in enumerate(sets):
            assert balanced(word[: t + 1], kinds, depth)[1] == legal
        assert balanced(word, kinds, depth)[0] == []


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_dyck_sets_are_those_of_an_enumeration(depth):
    """A bracket is legal if, and only if, some word has it there."""
    letters = names(2)
    beginnings = {
        word[:cut]
        for length in (2, 4, 6, 8)
        for word in product(letters, repeat=length)
        if balanced(word, 2, depth) and not balanced(word, 2, depth)[0]
        for cut in range(1, length + 1)
    }
    for word, sets in read(words(rng(), 40, 2, depth, (2, 4)), letters, letters):
        for t, legal in enumerate(sets):
            assert {a for a in letters if (*word[: t + 1], a) in beginnings} == legal


def test_dyck_shapes_are_equally_likely():
    found = profiles(rng(), np.full(28_000, 8), 3)
    shapes, counts = np.unique(found, axis=0, return_counts=True)
    assert len(shapes) == 14 - 1  # Catalan's number without the one shape of depth 4
    assert np.allclose(counts / 28_000, 1 / 13, atol=0.006)
    assert len(np.unique(profiles(rng(), np.full(9000, 8), 9), axis=0)) == 14


def test_dyck_kinds_and_lengths_are_even():
    batch = words(rng(), 6000, 3, 4, (4, 12))
    assert np.allclose(np.bincount(batch.lengths)[4::2] / 6000, 1 / 5, atol=0.02)
    opened = batch.x[..., :3].sum((0, 1))
    assert np.allclose(opened / opened.sum(), 1 / 3, atol=0.01)


def test_dyck_is_tested_on_longer_words():
    task = tasks.make("dyck", length=11, test_length=21, kinds=3, depth=2)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    for part in (valid, next(train.batches(rng(), 300))):
        assert {*part.lengths} == {2, 4, 6, 8, 10}
    assert {*test.lengths} == {12, 14, 16, 18, 20}
    with pytest.raises(TaskError, match=r"test_length must be .* above length, .* 40, got 41"):
        tasks.make("dyck", test_length=41)


def test_dyck_baselines_rank_by_what_they_know():
    task = tasks.make("dyck")
    splits = task.splits(rng())
    scores = task.baselines(splits)
    markov = scores["Markov, most common set"]
    assert scores["best constant set"] < markov < scores["kinds forgotten"] < 1
    # What it does not know: the kind, of two, after a closing bracket with more still open.
    x, y, _ = splits.test
    unknown = (x[..., 2:].any(-1) & y[..., 2:].any(-1)).sum() / splits.test.lengths.sum()
    assert 1 - scores["kinds forgotten"] == pytest.approx(unknown / 2, rel=0.05)
    one = tasks.make("dyck", kinds=1)
    assert "kinds forgotten" not in one.baselines(one.splits(rng()))
    assert score(task, splits, y) == 1


def test_dyck_draws_the_row_of_its_docstring():
    word, sets = drawn_row("dyck")
    assert balanced(word, 2, 2)[0] == []
    for t, legal in enumerate(sets):
        assert balanced(word[: t + 1], 2, 2)[1] == {*legal}
    x, y = tasks.make("dyck").sketch(words(rng(), 1, 2, 2, (6, 6))).splitlines()
    assert balanced(x.split()[1:], 2, 2)[0] == []
    assert {*y.split()[-1]} == {*"(["}


@quick
@given(seeds, st.integers(1, 7))
def test_dyck_batches_are_dealt_from_a_pool_and_lose_nothing(seed, size):
    train = tasks.make("dyck", length=12, test_length=14).splits(rng()).train
    dealt, fresh = train.batches(rng(seed), size), rng(seed)
    for _ in range(2):
        pool = train.draw(fresh, train.at_once * size)
        for start in range(0, train.at_once * size, size):
            x, y, lengths = next(dealt)
            rows = slice(start, start + size)
            assert np.array_equal(lengths, pool.lengths[rows])
            assert x.shape[1] == y.shape[1] == lengths.max()
            assert np.array_equal(x, pool.x[rows, : lengths.max()])
            assert np.array_equal(y, pool.y[rows, : lengths.max()])
