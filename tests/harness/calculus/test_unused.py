"""What has no effect is named, with its line, and not among the parameters."""

import numpy as np
import pytest

from gatelab import Layer, variants
from gatelab.calculus.program import derive
from gatelab.variants import Variant, sigmoid, tanh


def warnings(cls):
    return derive(cls()).warnings


class Forgotten(Variant):
    b_f = 1.0
    b_o = 2.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)  # noqa: F841
        c = f * c + i * tanh(p.W_g @ x)
        return tanh(c), c


def test_a_gate_that_is_computed_and_forgotten_is_named_with_its_line_and_its_parameters():
    (warning,) = warnings(Forgotten)
    place, code, said = warning.split("`")[0], warning.split("`")[1], warning.rpartition("`: ")[2]
    assert place.startswith("test_unused.py:")
    assert code.startswith("o = sigmoid(p.W_o @ x")
    assert said == "o is computed and never used: W_o, R_o, p_o, b_o are not trained"


def test_only_what_is_used_is_a_parameter_of_the_layer():
    class Whole(Variant):
        b_f = 1.0

        def step(self, p, x, h, c):
            i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
            f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
            c = f * c + i * tanh(p.W_g @ x)
            return tanh(c), c

    dead, whole = (Layer(cls, 3, 4, "float64") for cls in (Forgotten, Whole))
    assert list(dead.shapes) == ["W_i", "R_i", "b_i", "W_f", "R_f", "b_f", "W_g"]
    assert dead.size == whole.size
    params = [layer.init(np.random.default_rng(0)) for layer in (dead, whole)]
    assert all((params[0][name] == params[1][name]).all() for name in params[1])
    for backend in ("numpy", "numba"):
        layer = Layer(Forgotten, 3, 4, "float64", backend)
        y, _, tape = layer.forward(params[0], np.ones((3, 2, 3)))
        assert layer.backward(params[0], tape, np.ones_like(y))[0].keys() == params[0].keys()


class ReadOnly(Variant):
    def step(self, p, x, h):
        p.b_h
        return tanh(p.W_h @ x + p.R_h @ h)


class NoInput(Variant):
    def step(self, p, x, h):
        return tanh(p.R_h @ h)


class NoMemory(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x)


class Returned(Variant):
    def step(self, p, x, h, c):
        h = tanh(p.W_h @ x + p.R_h @ h)
        return h, 0.5 * h


class Aside(Variant):
    def step(self, p, x, h, c):
        h = tanh(p.W_h @ x + p.R_h @ h)
        return h, 0.5 * c + h


class Idle(Variant):
    beta = 0.5

    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)


class Unbound(Variant):
    def step(self, p, x, h):
        gate = tanh(h)  # noqa: F841
        return tanh(p.W_h @ x + p.R_h @ h)


@pytest.mark.parametrize(
    ("cls", "said"),
    [
        (ReadOnly, "b_h is read and never used: it is not trained"),
        (NoInput, "x is never used: the outputs do not depend on the input"),
        (NoMemory, "no state is read: the cell remembers nothing"),
        (Returned, "the state c is returned and never read"),
        (Aside, "the state c never reaches the output h"),
        (Idle, "the hyperparameter beta is never used"),
        (Unbound, "gate is computed and never used"),
    ],
)
def test_other_things_without_effect_are_named(cls, said):
    (warning,) = warnings(cls)
    assert warning.endswith(said)


class Exchanged(Variant):
    def step(self, p, x, h, c):
        c = sigmoid(p.W_f @ x + p.R_f @ h) * c + p.W_c @ x
        h = tanh(c)
        return c, h


class OutputLast(Variant):
    def step(self, p, x, h, c):
        c = sigmoid(p.W_f @ x + p.R_f @ h) * c + p.W_c @ x
        return c, tanh(c)


@pytest.mark.parametrize("cls", [Exchanged, OutputLast])
def test_states_in_another_order_are_named(cls):
    assert "step returns its c as the new h, where the order is h, c" in warnings(cls)


class Same(Variant):
    def step(self, p, x, h, c):
        c = sigmoid(p.W_f @ x + p.R_f @ h) * c + p.W_c @ x
        return c, c


class Delayed(Variant):
    def step(self, p, x, h, c):
        return tanh(p.W_h @ x + p.R_h @ h + p.R_c @ c), h


@pytest.mark.parametrize("cls", [Same, Delayed])
def test_a_state_may_become_another_one(cls):
    assert warnings(cls) == ()


def test_an_output_that_is_read_by_nobody_is_an_output():
    class Simple(Variant):
        def step(self, p, x, h, c):
            c = sigmoid(p.W_f @ x) * c + p.W_c @ x
            return tanh(c), c

    assert warnings(Simple) == ()


def test_no_cell_of_ours_has_a_warning():
    found = {name: derive(variants.get(name)()).warnings for name in variants.names()}
    assert {name: warning for name, warning in found.items() if warning} == {}
