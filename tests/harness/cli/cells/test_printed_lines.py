"""What is printed computes what the step computes."""

import numpy as np
import pytest
from helpers.cells_command import CELLS, each_cell
from oracles import complex_step, unrolled
from oracles.comparison import random_case

from gatelab import Layer, variants
from gatelab.calculus import text
from gatelab.calculus.program import derive
from gatelab.kernels.text.array_code import FUNCTIONS
from gatelab.variants import Variant, layer_norm, mean, sigmoid, tanh


@each_cell
def test_what_is_printed_computes_what_the_step_computes(name):
    """The equations and the gradient, run as the Python that they nearly are."""
    variant = CELLS[name]()
    program, layer = derive(variant), Layer(variant, 2, 3, "float64", "numpy")
    case = random_case(np.random.default_rng(4), layer, 2, (1,))
    got = run(program, variant, case)
    _, final = unrolled.unroll(variant.step, case.params, case.x, case.state, case.lengths, np)
    for state, value in zip(program.states, final, strict=True):
        assert np.abs(got[f"{state}_new"].T - value).max() < 1e-12, state
    loss = lambda at: unrolled.loss(variant.step, case, at, np)
    want = complex_step.gradient(loss, case.arrays())
    ends = {f"state {k}": f"d_{s}" for k, s in enumerate(program.states)} | {"x": "d_x"}
    for key, value in want.items():
        shown = np.asarray(got[ends.get(key, f"d_{key}")])
        shown = (
            shown if shown.ndim == 0 else np.reshape(shown.T if key in ends else shown, value.shape)
        )
        assert np.abs(shown - value).max() <= 1e-9 * np.abs(value).max() + 1e-12, key


def deviation(a):
    return np.sqrt(mean((a - mean(a)) ** 2) + 1e-5)


NORMALISED = {
    "mean": mean,
    "layer_norm": layer_norm,
    "deviation": deviation,
    "layer_norm_back": lambda d, y, s: (d - mean(d) - y * mean(d * y)) / s,
}


def run(program, variant, case):
    """All values of one step and its gradient, by executing the printed lines."""
    values = {**FUNCTIONS, **NORMALISED, "sum": np.sum, **unrolled.Parameters(case.params)}
    values |= {name: getattr(variant, name) for name in program.hypers}
    values["x"] = case.x[0].T
    values |= {name: s.T for name, s in zip(program.states, case.state, strict=True)}
    values |= {f"d_{k}": np.zeros_like(values[k]) for k in program.parameters}
    bars = {f"d_{s}_new": d.T.copy() for s, d in zip(program.states, case.dfinal, strict=True)}
    bars[f"d_{program.states[0]}_new"] += case.dy[0].T
    values |= bars
    lines = f"{text.equations(program)}\n{text.gradient(program)}"
    exec(as_python(lines.partition("\nwhere ")[0]), values)  # without the notes
    return values


def as_python(lines):
    """The printed lines with identifiers for h' and d_(r * h)."""
    lines, known = lines.replace("'", "_new"), {}
    while "d_(" in lines:
        start = end = lines.index("d_(")
        depth = 0
        for end in range(start + 2, len(lines)):
            depth += {"(": 1, ")": -1}.get(lines[end], 0)
            if depth == 0:
                break
        phrase = lines[start : end + 1]
        known[phrase] = f"d__{len(known)}"
        lines = lines.replace(phrase, known[phrase])
    return lines


def test_weights_do_start_as_it_says():
    layer = Layer(variants.get("rnn"), 50, 400)
    for name, value in layer.init(np.random.default_rng(0)).items():
        bound = 0 if name.startswith("b_") else 1 / np.sqrt(layer.hidden)
        assert np.abs(value).max() == pytest.approx(bound, rel=1e-3), name


def test_long_values_that_are_needed_twice_get_a_line():
    """A helper that squares ten times would otherwise print a thousand factors."""

    class Squared(Variant):
        def step(self, p, x, h):
            return self.square(p.W_a @ x + h, 10)

        def square(self, v, times):
            return v if times == 0 else self.square(v * tanh(v), times - 1)

    program = derive(Squared())
    assert len(text.equations(program)) < 1000
    assert len(text.gradient(program)) < 5000


def test_the_author_s_brackets_stay_in_the_equations():
    class Bracketed(Variant):
        def step(self, p, x, h):
            a = (p.W_a @ x + h) - (h - (p.b_a - h))
            return a / (a / (h * a)) * (h / 2) - (-a) ** 3 * -h + sigmoid(-(a + h))

    assert text.equations(derive(Bracketed())).splitlines() == [
        "a = W_a @ x + h - (h - (b_a - h))",
        "h' = a / (a / (h * a)) * (h / 2) - (-a) ** 3 * -h + sigmoid(-(a + h))",
    ]
