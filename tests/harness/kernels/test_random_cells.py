"""Cells drawn at random: the readable rendering, the loop and the step itself say the same.

The loop is run by Python here, all but a few times: what differs is then its text.
"""

import numpy as np
import pytest
from oracles import random_cells, unrolled
from oracles.comparison import measure, random_case
from oracles.interpreted import by_python

from gatelab import Layer
from gatelab.networks.network import Network
from gatelab.tasks import Batch
from gatelab.variants import Variant, sigmoid, tanh

D, H, LENGTHS = 2, 3, (4, 2, 0, 3)
STEP = 1e-30

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class SumOfStates(Variant):
    """What a product pulls back is a summand of two states' adjoints."""

    def step(self, p, x, h, c):
        u = tanh(p.W_u @ x + p.R_u @ (h + c) + p.b_u)
        return u, 0.5 * c + 0.5 * u


class StateTwice(Variant):
    """What a product pulls back is twice a summand of one state's adjoint."""

    def step(self, p, x, h):
        return tanh(p.W_u @ x + p.R_u @ (h + h) + p.b_u)


class SumOfThree(Variant):
    """One pull for three states, another for two of them, and a third for one alone."""

    def step(self, p, x, h, c, m):
        u = tanh(p.W_u @ x + p.R_u @ (h + c + m) + p.R_v @ (c + h) + p.R_w @ c)
        return u * sigmoid(m), c * m + u, h


def layers(cell, lengths=LENGTHS):
    """(the readable rendering, the loop run by Python, a problem for both)."""
    readable = Layer(cell(), D, H, "float64", "numpy")
    case = random_case(np.random.default_rng(3), readable, D, lengths)
    return readable, by_python(Layer(cell(), D, H, "float64", "numba")), case


def assert_same(found, right):
    """Within rounding of the largest: some gradients are 0 but for rounding (b - b)."""
    assert sorted(found) == sorted(right)
    size = max(np.abs(a).max() for a in right.values())
    apart = {n: _apart(found[n], a, size / 1e3) for n, a in right.items()}
    assert not {n: d for n, d in apart.items() if not d <= 1e-11}


def _apart(found, right, floor):
    return np.abs(found - right).max() / max(np.abs(right).max(), floor, 1e-300)


def check(cell):
    readable, loop, case = layers(cell)
    found = measure(readable, case)
    assert_same(measure(loop, case), found)
    whole = case._replace(lengths=None)
    assert_same(measure(loop, whole), measure(readable, whole))
    assert_against_the_step(cell, case, found)


def assert_against_the_step(cell, case, found):
    """Derivatives along random directions, by complex step: one evaluation each."""
    rng, step = np.random.default_rng(5), cell().step
    for _ in range(2):
        way = {name: rng.normal(size=np.shape(a)) for name, a in case.arrays().items()}
        at = {name: a + 1j * STEP * way[name] for name, a in case.arrays().items()}
        exact = np.imag(unrolled.loss(step, case, at, np)) / STEP
        terms = [(found[f"d {name}"] * way[name]).sum() for name in way]
        assert abs(sum(terms) - exact) <= 1e-9 * max(1e-3, np.abs(terms).max())


@pytest.mark.parametrize("cell", [SumOfStates, StateTwice, SumOfThree])
def test_a_matrix_times_a_sum_of_states(cell):
    check(cell)
    readable, _, case = layers(cell)
    compiled = Layer(cell(), D, H, "float64", "numba")
    assert_same(measure(compiled, case), measure(readable, case))


@pytest.mark.parametrize("seed", range(120))
def test_random_cells(seed):
    cell = random_cells.legal(seed)
    try:
        check(cell)
    except Exception as error:
        raise AssertionError(f"{error}\n{cell.__doc__}") from error


@pytest.mark.parametrize("seed", range(4))
def test_compiled_random_cells(seed):
    cell = random_cells.legal(1000 + seed)
    readable, _, case = layers(cell)
    compiled = Layer(cell(), D, H, "float64", "numba")
    try:
        assert_same(measure(compiled, case), measure(readable, case))
    except AssertionError as error:
        raise AssertionError(f"{error}\n{cell.__doc__}") from error


@pytest.mark.parametrize("cell", [SumOfStates, StateTwice])
def test_gradient_of_a_classifier_on_a_ragged_batch(cell):
    """The loss sees the final states only."""
    cell.name = cell.__name__
    network = Network(cell(), D, H, 2, "classification", dtype="float64", backend="numba")
    network.init(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    batch = Batch(rng.normal(size=(6, 5, D)), rng.integers(0, 2, 6), np.array([5, 3, 1, 5, 2, 4]))
    found, start = network.gradient(batch, rng).gradient, network.theta.copy()
    way = rng.normal(size=len(start))

    def loss(at):
        network.theta[:] = at
        y = network.predict(batch.x, batch.lengths)
        return network.loss(y, batch.y, batch.lengths)[0]

    slope = (loss(start + 1e-5 * way) - loss(start - 1e-5 * way)) / 2e-5
    assert abs(found @ way - slope) <= 1e-6 * abs(slope)
