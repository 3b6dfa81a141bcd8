"""Layers and random problems, made once for all tests of kernels."""

import functools

import numpy as np
import pytest
from oracles.odd_cells import ODD

from gatelab import variants
from helpers import layers

CELLS = {name: variants.get(name) for name in variants.names()} | ODD
each_cell = pytest.mark.parametrize("name", CELLS)


@functools.cache
def layer_of(name, backend="numpy", dtype="float64"):
    return layers.layer_of(CELLS[name](), backend, dtype)


@functools.cache
def case_of(name):
    return layers.case_of(layer_of(name))


def past_the_end(case):
    """(T, B), true where a sequence is over."""
    return np.arange(len(case.x))[:, None] >= case.lengths
