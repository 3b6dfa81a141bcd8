"""Languages that are counted or stacked, and the Reber stream, against recognisers of their own."""

import re
from functools import cache
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.continual_reber import streams, walk
from gatelab.tasks.counting import random_strings, strings
from gatelab.tasks.dyck import names, profiles, words
from gatelab.tasks.shared.reber_grammar import SYMBOLS

seeds = st.integers(0, 2**32 - 1)
quick = settings(deadline=None, max_examples=30)


def rng(seed=0):
    return np.random.default_rng(seed)


def read(batch, symbols, labels):
    """(what is read, sets to predict) of each sequence, held to one-hot x and empty padding."""
    for x, y, alive in zip(batch.x, batch.y, batch.valid(), strict=True):
        assert (x[alive].sum(1) == 1).all()
        assert not x[~alive].any()
        assert not y[~alive].any()
        sets = [{a for a, legal in zip(labels, row, strict=True) if legal} for row in y[alive]]
        yield [symbols[i] for i in x[alive].argmax(1)], sets


def drawn_row(name):
    """The two rows of a task's docstring: what is read, sets as text."""
    doc = tasks.get(name).__doc__
    return [re.search(rf"^ +{row}  +(\S.*)$", doc, re.MULTILINE).group(1).split() for row in "xy"]


def score(task, splits, guess):
    return METRICS[task.metric].score(guess - 0.5, splits.test.y, splits.test.lengths)


# Counting


def counted(language, longest):
    """All strings of a language with 1 <= n <= longest, typed as they are defined."""
    return ["S" + "".join(letter * n for letter in language) + "T" for n in range(1, longest + 1)]


@quick
@given(st.sampled_from(["ab", "abc"]), st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_counting_sets_are_those_of_an_enumeration(language, n):
    batch = strings(np.array(n), len(language))
    everything = counted(language, max(n) + 1)  # one longer: a^n may always go on
    for k, (string, sets) in zip(n, read(batch, "S" + language, language + "T"), strict=True):
        assert "".join(string) + "T" == counted(language, k)[-1]
        for t in range(len(string)):
            beginning = "".join(string[: t + 1])
            legal = {s[t + 1] for s in everything if s.startswith(beginning)}
            assert sets[t] == legal


@pytest.mark.parametrize(("language", "letters"), [("anbn", 2), ("anbncn", 3)])
def test_counting_is_tested_beyond_what_it_is_trained_on(language, letters):
    task = tasks.make("counting", language=language, train_n=7, test_n=12)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    n = [sorted((part.lengths - 1) // letters) for part in (valid, test)]
    assert n == [list(range(1, 8)), list(range(8, 13))]
    seen = (next(train.batches(rng(), 7000)).lengths - 1) // letters
    assert np.allclose(np.bincount(seen, minlength=8)[1:] / 7000, 1 / 7, atol=0.02)
    assert test.x.shape == (5, 1 + letters * 12, letters + 1)


def test_counting_markov_errs_once_or_twice_a_string():
    for language, letters in (("anbn", 2), ("anbncn", 3)):
        task = tasks.make("counting", language=language, train_n=5, test_n=9)
        splits = task.splits(rng())
        scores = task.baselines(splits)
        steps = splits.test.lengths.sum()
        assert scores["Markov, most common set"] == pytest.approx(1 - 4 * (letters - 1) / steps)
        assert scores["best constant set"] < 0.6
        assert score(task, splits, splits.test.y) == 1


def test_counting_refuses_a_test_that_is_not_longer():
    with pytest.raises(TaskError, match="test_n must be above train_n, which is 50, got 50"):
        tasks.make("counting", test_n=50)
    with pytest.raises(TaskError, match="language must be one of 'anbn', 'anbncn', got 'abc'"):
        tasks.make("counting", language="abc")


def test_counting_draws_the_row_of_its_docstring():
    sketch = tasks.make("counting").sketch(strings(np.array([3]), 2))
    assert [line.split()[1:] for line in sketch.splitlines()] == drawn_row("counting")


# Dyck


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


# Continual Reber. As in test_tasks.py the recogniser is the grammar as a regular expression, here
# of whole streams.

LATE = r"(?:XT*VP)*(?:S|XT*VV)"
STRING = rf"B([TP])B(?:TS*X{LATE}|PT*V(?:V|P{LATE}))E\1E"
WHOLE = [f"B{o}{s}{o}E" for s in ("BTSXSE", "BPTVPSE", "BPVVE") for o in "TP"]
BEHIND = {s[cut:] for s in WHOLE for cut in range(len(s))} | {""}


@cache
def may_follow(piece):
    """Symbols with which a stream may go on after a string's beginning."""
    whole = re.compile(STRING)
    return {a for a in SYMBOLS if any(whole.fullmatch(piece + a + end) for end in BEHIND)}


def legal_after(text):
    """The same after a stream: whole strings are taken from its front."""
    while whole := re.match(STRING, text):
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


# All three


@pytest.mark.parametrize("name", ["counting", "dyck", "continual_reber"])
@pytest.mark.parametrize("draw", [0, 1])
def test_nothing_is_drawn_but_from_the_rng(name, draw):
    draws = {
        "counting": lambda r: random_strings(r, 9, 2, 30),
        "dyck": lambda r: words(r, 9, 2, 4, (2, 30)),
        "continual_reber": lambda r: walk(r, np.zeros(9, int), 30)[0],
    }[name]
    one, same, other = draws(rng(draw)), draws(rng(draw)), draws(rng(draw + 7))
    assert np.array_equal(one.x, same.x)
    assert np.array_equal(one.y, same.y)
    assert one.x.shape != other.x.shape or not np.array_equal(one.x, other.x)
