"""Comparisons of arrays and batches for the checks."""

import numpy as np

from ..framework.errors import TaskError


def demand(good, complaint):
    if not good:
        raise TaskError(complaint)


def array_of(name, array, dtype, ndim, shape):
    demand(isinstance(array, np.ndarray), f"{name} is {type(array).__name__}, not an array")
    demand(array.dtype == dtype, f"{name} is {array.dtype}, should be {np.dtype(dtype)}")
    demand(array.ndim == ndim, f"{name} has shape {array.shape}, should be {shape}")


def same(a, b):
    pairs = zip(a, b, strict=True)
    return all(_equal(p, q) if p is not None else q is None for p, q in pairs)


def _equal(p, q):
    return np.array_equal(p, q, equal_nan=True)  # NaN is reported by the check of batches


def fingerprints(batch):
    return {row[alive].tobytes() for row, alive in zip(batch.x, batch.valid(), strict=True)}
