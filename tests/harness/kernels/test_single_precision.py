"""Float32 gradients are as far from float64 ones as rounding makes them, and no farther.

How far that may be depends on the cell: docs/decisions/0006-float32-gradients.md.
"""

import numpy as np
import pytest
from oracles import random_cells
from oracles.comparison import measure, random_case

from gatelab import Layer, variants

LENGTHS, UNIT = (6, 4, 5, 2), 2.0**-24  # half the distance of two float32 numbers at 1
ROUGHLY = 10  # times as far as one rounding each of what a step reads, saves and hands on

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def case_of(cell, D, H):
    """A problem in float32 numbers: what differs then is arithmetic only."""
    layer = Layer(cell(), D, H, "float64", "numpy")
    case = random_case(np.random.default_rng(0), layer, D, LENGTHS)
    return case.astype("float32").astype("float64")


def apart(found, right):
    """How far each array is from the right one, in units of its size."""
    whole = max(np.abs(a).max() for a in right.values())
    size = {n: max(np.abs(a).max(), 1e-3 * whole, 1e-300) for n, a in right.items()}
    return {n: np.abs(found[n] - a).max() / size[n] for n, a in right.items()}


def nudged(case, rng):
    """The same problem, every number of it rounded the other way."""
    nudge = lambda a: a * (1 + UNIT * rng.choice([-1, 1], np.shape(a)))
    params = {name: nudge(a) for name, a in case.params.items()}
    return case._replace(params=params, x=nudge(case.x), state=tuple(map(nudge, case.state)))


def rounded_within(cell, D, H):
    """A float64 layer whose steps round what they save and the states they hand on."""
    layer = Layer(cell(), D, H, "float64", "numpy")
    step, low = (
        layer.backend.step,
        lambda arrays: tuple(np.float32(a).astype(float) for a in arrays),
    )
    layer.backend.step = lambda *given: tuple(map(low, step(*given)))
    return layer


def assert_only_rounding(cell, backend, D, H, spoil=0.0):
    case, rng = case_of(cell, D, H), np.random.default_rng(1)
    layer = Layer(cell(), D, H, "float64", "numpy")
    right = measure(layer, case)
    found = measure(Layer(cell(), D, H, "float32", backend), case.astype("float32"))
    expected = [apart(measure(layer, nudged(case, rng)), right) for _ in range(6)]
    expected.append(apart(measure(rounded_within(cell, D, H), case), right))
    found = {name: a * (1 + spoil) for name, a in found.items()}
    for name, distance in apart(found, right).items():
        allowed = ROUGHLY * (max(e[name] for e in expected) + 4 * UNIT)
        assert distance <= allowed, f"{name} in\n{cell.__doc__}"


@pytest.mark.parametrize("D", [1, 3])
@pytest.mark.parametrize("seed", range(30))
def test_random_cells(seed, D):
    assert_only_rounding(random_cells.legal(8000 + seed), "numpy", D, 4)


@pytest.mark.parametrize("seed", [17, 213])  # the two that are off most, for either reason
def test_compiled_random_cells(seed):
    assert_only_rounding(random_cells.legal(8000 + seed), "numba", 1, 4)


@pytest.mark.parametrize("name", ["layer_norm_lstm", "slstm"])
def test_known_cells_of_one_input(name):
    assert_only_rounding(variants.get(name), "numpy", 1, 4)


def test_a_formula_that_is_a_little_wrong_is_noticed():
    with pytest.raises(AssertionError):
        assert_only_rounding(variants.get("standard"), "numpy", 3, 4, spoil=1e-4)
