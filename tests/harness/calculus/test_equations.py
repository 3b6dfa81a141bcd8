"""What can be read: its equations as written, computed by the step itself, derived exactly."""

import numpy as np
import pytest
from helpers.steps import assert_sound

from gatelab import Layer, variants
from gatelab.calculus.lines import equations
from gatelab.calculus.program import derive
from gatelab.calculus.text import Text
from gatelab.calculus.trace import trace
from gatelab.variants import Variant, exp, maximum, sigmoid, tanh, where


def assert_reads(variant, *lines):
    """The equations, and that they are computed and derived."""
    assert [" ".join(line) for line in equations(Text, derive(variant))] == list(lines)
    assert_sound(variant)


def test_parameters_by_string():
    class ByString(Variant):
        def step(self, p, x, h):
            return tanh(sum(p[f"R_{k}"] @ h for k in range(2)) + p["W_0"] @ x + p["b_0"])

    assert list(Layer(ByString(), 2, 3).shapes) == ["R_0", "R_1", "W_0", "b_0"]
    assert_reads(ByString(), "h' = tanh(0 + R_0 @ h + R_1 @ h + W_0 @ x + b_0)")


def test_matrices_transposed_summed_and_scaled():
    class Matrices(Variant):
        beta = 0.6

        def step(self, p, x, h):
            a = (p.R_a + 2 * p.R_b.T - p.R_c) @ h + (-p.W_a + p.W_b * 0.5) @ x
            b = (self.beta * p.R_a) @ a + (p.R_b / 4).T @ h - (np.float64(3) * p.R_c) @ tanh(a)
            return tanh(b) - (p.R_a - p.R_c).T @ a

    assert_reads(
        Matrices(),
        "a = (R_a + 2 * R_b.T - R_c) @ h + (-W_a + 0.5 * W_b) @ x",
        "b = beta * R_a @ a + (0.25 * R_b).T @ h - 3 * R_c @ tanh(a)",
        "h' = tanh(b) - (R_a - R_c).T @ a",
    )


def squash(v, times):
    for _ in range(times):
        v = v / (1 + v * v)
    return v


def test_helpers_and_loops_inside_a_step():
    class Looping(Variant):
        def step(self, p, x, h):
            a = p.W_a @ x + p.R_a @ h
            for _ in range(2):
                a = squash(a, 1) + h
            return squash(a, 2)

    names = list(trace(Looping()).names.values())
    assert names == ["a", "a2", "a3"]
    assert_sound(Looping())


def test_powers_and_absolute_values():
    class Powers(Variant):
        beta = 1.5

        def step(self, p, x, h):
            a = abs(p.W_a @ x + p.R_a @ h) + 0.1
            b = a**2 + a**3.0 - a**-1 + a**0.5 + 2**h + a**self.beta + a ** tanh(h) + a**0
            return b - (a**1.5) ** 2.5 + np.abs(a) * np.square(h) + np.power(a, 2) - variants.abs(h)

    program = derive(Powers())
    text = [" ".join(line) for line in equations(Text, program)]
    assert text[0] == "a = abs(W_a @ x + R_a @ h) + 0.1"
    assert text[1] == (
        "b = a ** 2 + a ** 3 - a ** -1 + a ** 0.5 + 2 ** h + a ** beta + a ** tanh(h) + 1"
    )
    assert text[2] == "h' = b - (a ** 1.5) ** 2.5 + abs(a) * h ** 2 + a ** 2 - abs(h)"

    class Same(Powers):  # Python's abs is the modulus, which a complex step may not see
        def step(self, p, x, h):
            a = variants.abs(p.W_a @ x + p.R_a @ h) + 0.1
            b = a**2 + a**3.0 - a**-1 + a**0.5 + 2**h + a**self.beta + a ** tanh(h) + a**0
            return b - (a**1.5) ** 2.5 + variants.abs(a) * h**2 + a**2 - variants.abs(h)

    assert derive(Same()).identity == program.identity

    assert_sound(Same())


def test_numpy_s_own_functions():
    class Numpyish(Variant):
        def step(self, p, x, h):
            a = np.tanh(np.matmul(p.R_a, h) + np.negative(p.W_a @ x))
            return np.where(np.greater(h, 0), np.maximum(a, 0.1 * h), np.exp(a) * np.float32(0.5))

    assert_reads(
        Numpyish(),
        "a = tanh(R_a @ h + (-(W_a @ x)))",
        "h' = where(h > 0, maximum(a, 0.1 * h), exp(a) * 0.5)",
    )


@pytest.mark.parametrize("bare", [True, False])
def test_one_state_may_be_returned_bare(bare):
    class OneState(Variant):
        def step(self, p, x, h):
            new = tanh(p.W_h @ x + p.R_h @ h)
            return new if bare else (new,)

    assert_reads(OneState(), "h' = tanh(W_h @ x + R_h @ h)")


def test_a_bias_may_be_added_twice():
    class Twice(Variant):
        def step(self, p, x, h):
            return tanh(p.b_a + p.R_a @ h + p.W_a @ x + p.b_a - p.b_a + p.b_a)

    assert_reads(Twice(), "h' = tanh(b_a + R_a @ h + W_a @ x + b_a - b_a + b_a)")


def test_states_that_are_constant_kept_or_shared():
    class Plain(Variant):
        def step(self, p, x, h, old, same, zero):
            new = tanh(p.W_h @ x + p.R_h @ h + old * same + zero)
            return new, h, new, 0.0

    lines = [" ".join(line) for line in equations(Text, derive(Plain()))]
    assert lines == [
        "h' = tanh(W_h @ x + R_h @ h + old * same + zero)",
        "old' = h",
        "same' = h'",
        "zero' = 0",
    ]


def test_names_are_the_author_s():
    class Named(Variant):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_i @ x + p.R_i @ h)
            h = gate * h
            out = tanh(c + h)
            again = out
            return again, gate * c

    program = derive(Named())
    assert list(program.traced.names.values()) == ["gate", "h2", "out"]
    assert {"gate", "h2", "h_new", "c_new"} <= set(program.names.values())
    assert_reads(
        Named(),
        "gate = sigmoid(W_i @ x + R_i @ h)",
        "h2 = gate * h",
        "h' = tanh(c + h2)",
        "c' = gate * c",
    )


def test_words_of_generated_code_are_printed_as_they_were_written():
    class Awkward(Variant):
        def step(self, p, x, h):
            d = tanh(p.W_a @ x + p.R_a @ h)
            saved = d * h
            d_h = saved + d
            return d_h * exp(-variants.abs(saved))

    assert_reads(
        Awkward(),
        "d = tanh(W_a @ x + R_a @ h)",
        "saved = d * h",
        "d_h = saved + d",
        "h' = d_h * exp(-abs(saved))",
    )


def test_initial_values_are_class_attributes():
    class Starting(Variant):
        b_f, s_scale, m, beta = 1.0, 0.25, -3.0, 0.5

        def step(self, p, x, h, m):
            f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
            return tanh(f * h * p.s_scale + self.beta), maximum(m, f)

    layer = Layer(Starting(), 2, 3)
    params = layer.init(np.random.default_rng(0))
    assert variants.hyperparameters(Starting) == {"beta": 0.5}
    assert params["b_f"].tolist() == [1, 1, 1]
    assert params["s_scale"] == np.float32(0.25)
    h, m = layer.start(2)
    assert (h == 0).all()
    assert (m == -3).all()


def test_equal_expressions_are_one_node():
    class Twice(Variant):
        def step(self, p, x, h):
            return where(tanh(h) > 0, tanh(h) * 2, 2 * tanh(h))

    nodes = trace(Twice()).graph.nodes
    assert sum(n.op == "tanh" for n in nodes) == 1
