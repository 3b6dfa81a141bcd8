"""Data sets and streams: epochs, batches, cropping."""

import doctest
from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from hypothesis import given
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import Batch, Dataset, Stream, TaskError


def numbered(n, steps=4, ragged=True):
    """Sequences that carry their own number everywhere, 1 to steps long."""
    x = np.broadcast_to(np.arange(n, dtype=np.float32)[:, None, None], (n, steps, 2)).copy()
    lengths = 1 + np.arange(n) % steps if ragged else None
    return Batch(x, x[..., :1].copy(), lengths)


@given(st.integers(1, 40), st.integers(1, 50), seeds, st.booleans())
def test_each_epoch_of_a_dataset_is_a_permutation(n, size, seed, ragged):
    data = Dataset(numbered(n, ragged=ragged))
    updates = data.updates(size)
    stream = data.batches(rng(seed), size)
    for _ in range(3):
        epoch = list(islice(stream, updates))
        assert sorted(np.concatenate([batch.x[:, 0, 0] for batch in epoch])) == list(range(n))
        assert [len(batch.x) for batch in epoch[:-1]] == [size] * (updates - 1)
        assert 1 <= len(epoch[-1].x) <= size


def test_epochs_are_shuffled_anew():
    epochs = islice(Dataset(numbered(50)).batches(rng(), 50), 2)
    one, two = (batch.x[:, 0, 0] for batch in epochs)
    assert not np.array_equal(one, two)
    assert not np.array_equal(one, np.arange(50))


@given(st.integers(1, 30), st.integers(1, 8), st.integers(1, 9), seeds)
def test_batches_are_cropped_to_their_longest_sequence_and_lose_nothing(n, size, steps, seed):
    whole = numbered(n, steps)
    data = Dataset(whole)
    for batch in islice(data.batches(rng(seed), size), data.updates(size)):
        rows = batch.x[:, 0, 0].astype(int)
        longest = whole.lengths[rows].max()
        assert batch.x.shape[1] == batch.y.shape[1] == longest
        assert np.array_equal(batch.lengths, whole.lengths[rows])
        assert np.array_equal(batch.x, whole.x[rows, :longest])
        assert np.array_equal(batch.y, whole.y[rows, :longest])


def test_the_example_of_the_package_runs():
    assert doctest.testmod(tasks).failed == 0
    assert doctest.testmod(tasks).attempted == 5


def test_cropping_leaves_full_batches_and_targets_of_sequences_alone():
    full = numbered(5, ragged=False)
    assert full.cropped() is full
    x = np.zeros((2, 6, 1), np.float32)
    y = np.zeros((2, 6), np.float32)
    cropped = Batch(x, y, np.array([1, 3])).cropped()
    assert cropped.x.shape == (2, 3, 1)
    assert cropped.y.shape == (2, 6)


def test_stream_counts_updates_not_sequences():
    stream = Stream(lambda rng, size: numbered(size), epoch=17)
    assert stream.updates(1) == stream.updates(1000) == 17
    assert [len(batch.x) for batch in islice(stream.batches(rng(), 5), 3)] == [5, 5, 5]


@pytest.mark.parametrize("train", [Dataset(numbered(3)), Stream(lambda rng, size: numbered(size))])
def test_batch_size_is_refused_at_once(train):
    for call in (lambda: train.batches(rng(), 0), lambda: train.updates(-1)):
        with pytest.raises(TaskError, match="batch size must be at least 1"):
            call()


def test_empty_data_set_and_empty_epoch_are_refused():
    with pytest.raises(TaskError, match="at least one sequence"):
        Dataset(numbered(0))
    with pytest.raises(TaskError, match="epoch of a stream must be at least 1, got 0"):
        Stream(lambda rng, size: numbered(size), epoch=0)
