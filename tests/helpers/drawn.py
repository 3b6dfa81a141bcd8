"""Drawn sequences, taken apart again."""

import numpy as np

from gatelab import tasks
from helpers.drawing import rng


def parts(name, seed, size=20, **options):
    """A training batch, validation and test, each with ``size`` sequences."""
    task = tasks.make(name, valid_sequences=size, test_sequences=size, **options)
    train, valid, test = task.splits(rng(seed))
    return next(train.batches(rng(seed + 1), size)), valid, test


def rows(batch):
    """(x, y) of each sequence, x cut at its end; what stands past it is checked to be nothing."""
    lengths = batch.valid().sum(1)
    assert lengths.max() == batch.x.shape[1]
    for x, y, length in zip(batch.x, batch.y, lengths, strict=True):
        assert not x[length:].any()
        if y.ndim and len(y) == len(x):
            assert (y[length:] == -1).all()
            y = y[:length]
        yield x[:length], y


def letters(x, alphabet):
    assert np.array_equal(x.sum(-1), np.ones(len(x)))
    assert np.isin(x, (0, 1)).all()
    return [alphabet[i] for i in x.argmax(-1)]


def baselines(name, seed=0, **options):
    task = tasks.make(name, **options)
    return task.baselines(task.splits(rng(seed)))
