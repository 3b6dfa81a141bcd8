"""Batches of training data, and whether two are the same."""

import numpy as np

from helpers.drawing import rng


def first(train, seed=0, size=32):
    return next(train.batches(rng(seed), size))


def same(a, b):
    pairs = zip(a, b, strict=True)
    return all(p is q is None or np.array_equal(p, q, equal_nan=True) for p, q in pairs)
