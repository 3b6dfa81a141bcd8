"""Operations over the units among others: of constants, parameters, leaves and each other."""

import functools

import numpy as np
import pytest
from helpers.layers import each_backend
from oracles import complex_step, unrolled
from oracles.comparison import measure, random_case

from gatelab import Layer
from gatelab.variants import (
    Variant,
    cos,
    cumsum,
    erf,
    gelu,
    layer_norm,
    mean,
    sin,
    softmax,
    tanh,
    where,
)


class Shares(Variant):
    """Of a constant plus a state, of a choice, normalised; a leaf that several read."""

    def step(self, p, x, h, c):
        a = p.W_a @ x + p.R_a @ h + p.b_a
        s = softmax(1.0 + c)
        h_new = layer_norm(softmax(a)) + 0.1 * cumsum(where(a > 0, a, 0.0)) + tanh(p.R_s @ s)
        return h_new, tanh(cumsum(softmax(h))) + softmax(h) * mean(s)


class Weighed(Variant):
    """Of parameters alone; numbers that scale a matrix; a choice by shares, shares of shares."""

    beta = 0.4

    def step(self, p, x, h, c):
        a = (erf(self.beta) * p.R_k + sin(self.beta) * p.R_h.T) @ h + p.W_a @ x
        w = softmax(p.p_w) * cumsum(p.p_w) * gelu(self.beta) + cos(p.s_q)
        chosen = where(softmax(a) > 0.2, erf(a), gelu(c))
        return softmax(a * w), softmax(softmax(a)) + chosen + softmax(0 * h + 1)


class Returned(Variant):
    """New states that are reductions, read again within the step."""

    def step(self, p, x, h, c):
        c = cumsum(tanh(p.W_c @ x + 0.1 * c))
        h = softmax(cumsum(layer_norm(p.R_h @ h + c)) - c)
        return h, c * softmax(h + p.b_z)


class Chain(Variant):
    """One after the other, from a state to the next."""

    def step(self, p, x, h):
        return softmax(softmax(cumsum(cumsum(h))) + p.W_h @ x)


CELLS = {cell.__name__: cell for cell in (Shares, Weighed, Returned, Chain)}


@functools.cache
def layer_of(name, backend, hidden):
    return Layer(CELLS[name](), 2, hidden, "float64", backend)


@each_backend
@pytest.mark.parametrize(("hidden", "lengths"), [(4, (4, 1, 3)), (1, (2,))])
@pytest.mark.parametrize("name", CELLS)
def test_gradients_are_those_of_complex_steps(name, hidden, lengths, backend):
    layer, step = layer_of(name, backend, hidden), CELLS[name]().step
    case = random_case(np.random.default_rng(3), layer_of(name, "numpy", hidden), 2, lengths)
    found = measure(layer, case)
    exact = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
    for key, value in exact.items():
        np.testing.assert_allclose(found[f"d {key}"], value, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", CELLS)
def test_many_sequences_fill_vectors_and_leave_some(name):
    case = random_case(np.random.default_rng(3), layer_of(name, "numpy", 19), 2, (2,) * 17)
    found, want = (measure(layer_of(name, backend, 19), case) for backend in ("numba", "numpy"))
    for key, value in want.items():
        np.testing.assert_allclose(found[key], value, rtol=0, atol=1e-11)
