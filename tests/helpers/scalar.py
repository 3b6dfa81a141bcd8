"""Elementwise functions in loops."""

import functools
import inspect

import pytest
from numba import njit

from gatelab.kernels.primitives.scalar import FLOAT32, FLOAT64, LOOP

TABLES = {"float32": FLOAT32, "float64": FLOAT64}
each_function = pytest.mark.parametrize("name", FLOAT32)


def arity(name):
    return len(inspect.signature(FLOAT32[name]).parameters)


@functools.cache
def loop(name, table="float32"):
    """The function over flat arrays, compiled as kernels are; where's condition is x > y."""
    f = TABLES[table][name]

    def one(x, out):
        for k in range(out.size):
            out[k] = f(x[k])

    def two(x, y, out):
        for k in range(out.size):
            out[k] = f(x[k], y[k])

    def three(x, y, out):
        for k in range(out.size):
            out[k] = f(x[k] > y[k], x[k], y[k])

    return njit(**LOOP)([one, two, three][arity(name) - 1])
