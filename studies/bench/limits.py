"""The arithmetic that a training step requires, and the time that this machine needs for it."""

from functools import cache

import numpy as np

from gatelab import variants
from gatelab.calculus.blocks import CUTS, LEAVES, reachable
from gatelab.calculus.program import derive
from gatelab.calculus.work import multiply_adds
from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE

from .clock import seconds

# Seconds per unit, sequence and step, forward and backward, of a good fused loop with as many
# elementwise operations as an LSTM has.
POINTWISE = 1e-9
NORMALISING = (
    0.15e-9  # added for one layer_norm: what its kernel takes if the arrays are in the cache
)


def reductions(program):
    """Number of functions over all units in one step."""
    return sum(node.op in REDUCTIONS for node in reachable(program.blocks.outputs))


def operations(program):
    """Number of elementwise operations in one step."""
    nodes = reachable(program.blocks.outputs)
    return sum(node.op not in LEAVES and node.op not in CUTS for node in nodes)


@cache
def _of_an_lstm():
    return operations(derive(variants.get("standard")()))


def chain(program):
    """Length of the longest chain of products that wait for one another in one step."""
    longest = {}
    for node in reachable(program.blocks.outputs):
        below = max((longest.get(a.index, 0) for a in node.args), default=0)
        longest[node.index] = below + (node.op == "affine")
    return max(longest.values(), default=0)


def gemm_rate(size=1024, times=5):
    """The best rate of large float32 matrix products, in flop per second, by Numba's BLAS."""
    from scipy.linalg.blas import sgemm

    a = np.asfortranarray(np.random.default_rng(0).standard_normal((size, size), np.float32))
    best = min(seconds(lambda: sgemm(1, a, a)) for _ in range(times))
    return 2 * size**3 / best


def flop(program, shape):
    """Flop of a training step: each product forward, and for the gradients of both its factors."""
    T, B, D, H = shape
    return 2 * 3 * T * B * multiply_adds(program, D, H)


def elementwise(program, shape):
    """Seconds of a training step for everything but products.

    A cell with fewer elementwise operations than an LSTM counts like an LSTM, because as many
    arrays must be read and written.
    """
    nodes = reachable(program.blocks.outputs)
    reduced = sum(TABLE[node.op].cost for node in nodes if node.op in TABLE)
    more = max(1.0, operations(program) / _of_an_lstm())
    each = more * POINTWISE + reduced * NORMALISING
    return shape.T * shape.B * shape.H * each


def limit(flop, elementwise, rate):
    """Seconds: the products at a rate in flop per second, plus everything else."""
    return flop / rate + elementwise
