"""Every synthetic task, for all its options and seeds, against slow recomputations.

They are drawn with all their options and held to ``oracles.answers``.
"""

from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.real import REAL
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import answers

from gatelab import tasks

quick = settings(deadline=None, max_examples=20)
SIZE = 6


def options(**strategies):
    """Options of a task, each left at its default now and then."""
    return st.fixed_dictionaries({}, optional=strategies)


def longer(low, high, more):
    """Options length and test_length, the second above the first."""
    pair = lambda n: st.fixed_dictionaries(
        {"length": st.just(n), "test_length": st.integers(n + 2, n + more)}
    )
    return st.integers(low, high).flatmap(pair)


def both(one, other):
    return st.tuples(one, other).map(lambda pair: pair[0] | pair[1])


small = st.integers(1, 9)
spikes = options(interval=small, largest=small, spikes=small, test_spikes=small)
SYNTHETIC = {
    "adding": options(length=st.integers(2, 40)),
    "adding_ragged": options(length=st.integers(20, 60)),
    "arithmetic_series": options(
        numbers=st.integers(10, 40), window=st.integers(2, 5), beyond=small
    ),
    "continual_reber": options(length=st.integers(1, 30), test_length=st.integers(1, 60)),
    "copy_memory": options(length=small, items=small, symbols=st.integers(2, 9)),
    "counting": st.integers(1, 9).flatmap(
        lambda n: st.fixed_dictionaries(
            {
                "language": st.sampled_from(["anbn", "anbncn"]),
                "train_n": st.just(n),
                "test_n": st.integers(n + 1, n + 9),
            }
        )
    ),
    "delayed_recall": options(
        length=st.integers(2, 30), delay=st.integers(2, 9), symbols=st.integers(2, 6)
    ),
    "dyck": both(options(kinds=st.integers(1, 5), depth=st.integers(1, 6)), longer(2, 30, 20)),
    "embedded_reber": options(max_length=st.integers(25, 50)),
    "long_lag": options(
        form=st.sampled_from(["2a", "2b", "2c"]), lag=st.integers(2, 30), distractors=small
    ),
    "multiplication": options(length=st.integers(20, 60)),
    "parity": options(length=st.integers(1, 30), test_length=st.integers(1, 60)),
    "periodic_function": options(
        function=st.sampled_from(["cosine", "triangle", "rectangle"]),
        period=st.integers(2, 12),
        length=st.integers(2, 40),
        test_length=st.integers(1, 90),
    ),
    "spike_delays": spikes,
    "temporal_order": options(classes=st.sampled_from([4, 8]), length=st.integers(10, 90)),
    "timed_spikes": spikes,
    "two_sequence": options(
        form=st.sampled_from(["3a", "3b", "3c"]), informative=small, length=st.integers(1, 40)
    ),
}
# Beside the defaults of the other options, their lowest value leaves nothing to draw.
ASK_FOR_MORE = {
    ("counting", "test_n"),
    ("dyck", "test_length"),
    ("embedded_reber", "max_length"),
}


def made(name, chosen):
    """The task, with few sequences to validate and test on."""
    few = {"valid_sequences": SIZE, "test_sequences": SIZE}
    return tasks.make(name, **{k: v for k, v in few.items() if k in known(name)}, **chosen)


def known(name):
    return tasks.get(name).defaults()


def same(a, b):
    pairs = zip(a[:3], b[:3], strict=True)
    return all(p is q is None or np.array_equal(p, q, equal_nan=True) for p, q in pairs)


def test_every_task_has_its_properties():
    assert SYNTHETIC.keys() | REAL == {*tasks.names()}
    assert all(callable(getattr(answers, name)) for name in SYNTHETIC)


# Synthetic


@pytest.mark.parametrize("name", SYNTHETIC)
@quick
@given(data=st.data(), seed=seeds)
def test_targets_follow_from_what_is_read(name, data, seed):
    task = made(name, data.draw(SYNTHETIC[name]))
    train, valid, test = task.splits(rng(seed))
    one, two = islice(train.batches(rng(seed + 1), SIZE), 2)
    if two.continues:  # a stream, of which only the beginning tells where its strings begin
        two = tasks.Batch(
            *(np.concatenate(pair, axis=1) for pair in zip(one[:2], two[:2], strict=True))
        )
    for held, batch in zip((False, False, True, True), (one, two, valid, test), strict=True):
        if held and "test_sequences" in known(name):
            assert len(batch.x) == SIZE
        _padding_is_empty(task, batch)
        for x, y, alive in zip(batch.x, batch.y, batch.valid(), strict=True):
            expected = getattr(answers, name)(x[alive], task, held)
            if expected is not None:
                got = y[alive] if _per_step(task) else y
                assert got == pytest.approx(np.array(expected), abs=1e-5, nan_ok=True)


def _padding_is_empty(task, batch):
    """Shapes as declared, ends within, and nothing behind them."""
    assert batch.x.shape[2] == task.inputs
    assert np.isfinite(batch.x).all()
    alive = batch.valid()
    assert alive.any(1).all()
    assert batch.lengths is None or batch.lengths.max() == batch.x.shape[1]
    if task.name != "periodic_function":  # it reads a constant
        assert not batch.x[~alive].any()
    if not _per_step(task):
        return
    nothing = {"series": np.nan, "labelling": -1, "multilabel": 0}[task.kind]
    assert np.array_equal(batch.y[~alive], np.full_like(batch.y[~alive], nothing), equal_nan=True)


def _per_step(task):
    return task.kind in ("series", "labelling", "multilabel")


@pytest.mark.parametrize("name", SYNTHETIC)
@quick
@given(data=st.data(), seed=st.integers(0, 2**31))
def test_a_seed_gives_the_same_and_another_one_others(name, data, seed):
    task = made(name, data.draw(SYNTHETIC[name]))
    one, two = (task.splits(rng(seed)) for _ in range(2))
    assert same(one.valid, two.valid)
    assert same(one.test, two.test)
    first, second = ([*islice(s.train.batches(rng(seed), SIZE), 3)] for s in (one, two))
    assert all(map(same, first, second))
    defaults = made(name, {}).splits(rng(seed))  # short sequences may be alike by chance
    drawn = (next(defaults.train.batches(rng(seed + k), 4 * SIZE)) for k in range(2))
    assert not same(*drawn)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_the_least_that_is_allowed_is_well_defined(name):
    """Each option at its lowest, alone; a task may ask for more where others forbid it."""
    for option, default in known(name).items():
        if isinstance(default, bool) or not isinstance(default, int) or option == "min_updates":
            continue
        least = tasks.get(name).at_least.get(option, 1)
        if option in tasks.get(name).choices:
            continue
        if (name, option) in ASK_FOR_MORE:
            with pytest.raises(tasks.TaskError, match=option):
                tasks.make(name, **{option: least}).splits(rng())
            continue
        task = tasks.make(name, **{option: least})
        splits = task.splits(rng())
        for batch in (next(splits.train.batches(rng(), SIZE)), splits.valid, splits.test):
            _padding_is_empty(task, batch)
