"""Whatever an author calls things: generated code never takes one for another."""

import keyword
import re

import numpy as np
import pytest
from oracles import random_cells
from oracles.comparison import measure, random_case
from oracles.interpreted import by_python

from gatelab import Layer, variants
from gatelab.calculus.program import derive
from gatelab.kernels.text import array_code, loop_code
from gatelab.variants import Variant, sigmoid, tanh
from gatelab.variants.language.parameters import kind_of

D, H, LENGTHS = 2, 3, (3, 1, 2)
PLAIN = [*random_cells.STATES, *(f"u{k}" for k in range(5)), "alpha", "beta"]
#: Words that Python has, and wishes of the loop that a draw may not happen to see.
MORE = (
    "range real np njit F product outer d p dy saved self type match v12 v56 carry_c out_2".split()
)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class CarryVariable(Variant):
    def step(self, p, x, h, c, m):
        carry_c = c * h
        pulled_c = tanh(p.W_u @ x + p.R_u @ carry_c + p.b_u)
        dy = carry_c * m
        return pulled_c + dy * c, carry_c * pulled_c, dy * sigmoid(m) + 0.1 * c


class AdjointHyper(Variant):
    d_h_new, out_2, c_new = 0.7, 0.9, 1.1

    def step(self, p, x, h, c):
        u = tanh(p.W_u @ x + p.R_u @ h)
        v = sigmoid(p.W_v @ x + p.R_v @ u) * self.d_h_new
        return u * v + c * v * self.c_new, self.out_2 * u + v * c


class FunctionStates(Variant):
    """States and hyperparameters called like the functions that their derivatives need."""

    recurrent, zoneout_output, range = 0.7, 0.3, 1.2

    def step(self, p, x, sigmoid, exp, saved, real):
        u = np.tanh(p.W_u @ x + p.R_u @ sigmoid) * self.recurrent
        tanh = np.exp(-u * u) * self.zoneout_output
        return (
            u * real + saved,
            tanh + exp * u,
            np.maximum(u, exp) * self.range,
            np.sqrt(2 + real * u),
        )


class Unnamed(Variant):
    """States called as values are that have no name."""

    def step(self, p, x, v9, v10, v11, v12, v13):
        v14 = tanh(p.W_u @ x + p.R_u @ (v9 * v10 + v11 * v12)) * (v9 + v13) * (1 - v11 * v11)
        return v14, (v14 * v9 - v13) * 0.5, v9 * v14, v10 * v11, sigmoid(v12 * v9 * v9)


def compare(cell, like=None):
    """All renderings of a cell, with what another says of the same problem."""
    make = lambda cls, backend: Layer(cls(), D, H, "float64", backend)
    right = make(like or cell, "numpy")
    case = random_case(np.random.default_rng(2), right, D, LENGTHS)
    found = [measure(make(cell, "numpy"), case), measure(by_python(make(cell, "numba")), case)]
    want = measure(right, case)
    for got in found:
        for name, array in want.items():
            np.testing.assert_allclose(got[name], array, rtol=1e-9, atol=1e-11, err_msg=name)
    return case, want


def words(cell):
    """What the generated texts of a cell are made of, and an author could write."""
    program = derive(cell())
    text = loop_code.loop_source(program, "float64").text + array_code.source(program)
    found = {w.strip("_") for w in re.findall(r"[A-Za-z_]\w*", text)} | {*MORE}
    return sorted(w for w in found if w and not keyword.iskeyword(w))


@pytest.mark.parametrize("cell", [CarryVariable, AdjointHyper, FunctionStates, Unnamed])
def test_names_that_generated_code_might_use_itself(cell):
    case, want = compare(cell)
    compiled = measure(Layer(cell(), D, H, "float64", "numba"), case)
    for name, array in want.items():
        np.testing.assert_allclose(compiled[name], array, rtol=1e-9, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("seed", range(40))
def test_random_cells_in_words_of_their_own_code(seed):
    plain, rng = random_cells.legal(seed), np.random.default_rng(seed)
    pool = words(plain)
    # The step itself has to find its functions and its arguments.
    free = [w for w in pool if w not in (*variants.__all__, "p", "x", "self", "RandomCell")]
    names = dict(zip(PLAIN[:-2], rng.choice(free, len(PLAIN) - 2, replace=False), strict=True))
    hypers = [w for w in pool if w not in {*vars(Variant), *names.values(), "x"}]
    hypers = [w for w in hypers if kind_of(w) is None]
    names |= dict(zip(PLAIN[-2:], rng.choice(hypers, 2, replace=False), strict=True))
    compare(random_cells.legal(seed, names), like=plain)
