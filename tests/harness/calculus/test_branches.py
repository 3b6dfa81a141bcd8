"""A side that is not taken contributes exactly nothing, though it is not finite there."""

import numpy as np
import pytest
from oracles import unrolled
from oracles.comparison import measure, random_case
from oracles.interpreted import by_python

from gatelab import Layer
from gatelab.calculus.program import derive
from gatelab.variants import Variant, exp, log, maximum, minimum, relu, sqrt, tanh, where

D, H, LENGTHS = 2, 4, (4, 2, 3)
STEP = 1e-7

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class Root(Variant):
    """A root of negative numbers, on a side with a factor from outside."""

    def step(self, p, x, h, c):
        u = p.W_u @ x + p.R_u @ h + p.b_u
        w = where(u > 0, sqrt(u) * c * p.p_u, 0.0)
        return tanh(w + c), 0.5 * c + tanh(w)


class Nested(Variant):
    """Sides within sides; a value that two sides share; a product behind one."""

    def step(self, p, x, h, c):
        u, v = p.W_u @ x + p.R_u @ h, p.R_v @ c + p.b_v
        both = log(u) * sqrt(v) + 1 / maximum(u, 0.0)
        w = where(u > 0, where(v > 0, tanh(both), v), where(v > 0.5, tanh(sqrt(v)) * u, -u))
        return tanh(w), where(u > 0, c + tanh(p.R_w @ h) * log(u) / 9, c * 0.5)


class Overflow(Variant):
    """Exponentials that are infinite where they are not taken, one of them also outside."""

    def step(self, p, x, h):
        u = 900 * (p.W_u @ x + p.R_u @ h)
        e = exp(u)
        capped = minimum(e, 2.0) + where(u < 1, e * h, h)
        return tanh(capped * p.p_c)


CELLS = (Root, Nested, Overflow)


def slope(cell, case, way):
    """Of the loss along a direction; complex steps do not survive an infinity."""
    at = lambda s: {name: a + s * way[name] for name, a in case.arrays().items()}
    loss = lambda s: unrolled.loss(cell().step, case, at(s), np)
    return (loss(STEP) - loss(-STEP)) / (2 * STEP)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("rendering", ["numpy", "loop"])
def test_gradients_where_a_side_is_not_finite(cell, rendering):
    layer = Layer(cell(), D, H, "float64", "numpy")
    case = random_case(np.random.default_rng(1), layer, D, LENGTHS)
    if rendering == "loop":
        layer = by_python(Layer(cell(), D, H, "float64", "numba"))
    found, rng = measure(layer, case), np.random.default_rng(2)
    way = {name: rng.normal(size=np.shape(a)) for name, a in case.arrays().items()}
    terms = [(found[f"d {name}"] * way[name]).sum() for name in way]
    assert abs(sum(terms) - slope(cell, case, way)) <= 1e-6 * np.abs(terms).max()


@pytest.mark.parametrize("cell", CELLS)
def test_the_sides_are_not_finite(cell):
    """Without them the test above would show nothing."""
    layer = Layer(cell(), D, H, "float64", "numpy")
    case = random_case(np.random.default_rng(1), layer, D, LENGTHS)
    seen = layer.named_values(case.params, case.x[:, 0])
    u = seen["u"]
    assert (u < 0).any()
    assert (u > (100 if cell is Overflow else 0)).any()


def test_finite_sides_are_left_alone():
    """What cells do mostly, and registered ones do only, costs nothing more."""

    class Plain(Variant):
        def step(self, p, x, h, c):
            u = p.W_u @ x + p.R_u @ h
            return where(tanh(u) > 0, tanh(u * h) * c, c), maximum(u * c, relu(h))

    wheres = [n for n in derive(Plain()).all if n.op == "where"]
    assert len(wheres) == 1 + 2 + 2 + 1  # forward, and one for each side of each choice


def test_what_only_decides_receives_nothing():
    class Decides(Variant):
        def step(self, p, x, h):
            return where(log(exp(tanh(p.W_u @ x))) > 0, 0.5 * h, h - p.p_u)

    case = random_case(
        np.random.default_rng(1), Layer(Decides(), D, H, "float64", "numpy"), D, LENGTHS
    )
    found = measure(Layer(Decides(), D, H, "float64", "numpy"), case)
    assert not found["d W_u"].any()
    assert np.isfinite(found["d p_u"]).all()
