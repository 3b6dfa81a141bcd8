"""Gates and memory factors, read off the equations."""

import numpy as np
import pytest
from helpers.drawing import rng as generator

from gatelab import Layer, variants
from gatelab.calculus.blocks import reachable
from gatelab.calculus.gates import gates, label
from gatelab.calculus.keeping import keeping
from gatelab.calculus.program import derive
from gatelab.calculus.ranges import ranges
from gatelab.kernels.backends.array_backend import namespace
from gatelab.kernels.text.array_code import inspector
from gatelab.variants import Variant, maximum, minimum, sigmoid, tanh

H, B = 4, 6
#: Parameters through which a gate, which the factor holds constant, sees its own unit's state.
PEEPHOLES = ("p_i", "p_f", "p_o", "p_c")
#: Cells whose gates see their own unit's state in another way.
OTHERS = ("slstm", "gated_antisymmetric")


def derived(cell):
    variant = variants.get(cell)() if isinstance(cell, str) else cell()
    program = derive(variant)
    return program, {name: getattr(variant, name) for name in program.hypers}


@pytest.mark.parametrize(
    ("cell", "names"),
    {
        "standard": "i f o",
        "gru": "r z",
        "min_gru": "z",
        "coupled": "i o",  # not 1 - i as well
        "lem": "r s",  # dt times a sigmoid
        "sgu": "z",  # clipped, not a sigmoid
        "rhn": "t t2 t3",
        "slstm": "o i f",  # exponentials of a difference that is never above 0
        "ordered_neurons": "f i o master_f master_i omega",
        "full_gate_recurrence": "i f o",  # states as well
        "scrn": "",  # a sigmoid that multiplies nothing
        "rnn": "",
        "fast_rnn": "",  # a sigmoid of a parameter
        "indrnn": "",
        "lstm_activations:gate_activation=tanh": "",
    }.items(),
)
def test_gates_are_bounded_values_that_multiply(cell, names):
    program, hypers = derived(cell)
    assert [label(program, node) for node in gates(program.blocks, hypers)] == names.split()


def test_a_gate_without_a_name_is_called_by_its_expression():
    program, hypers = derived("janet")
    found = [label(program, node) for node in gates(program.blocks, hypers)]
    assert found == ["sigmoid(s)", "sigmoid(s - beta)"]


def test_a_rate_above_one_is_no_gate():
    class Fast(Variant):
        dt = 1.0

        def step(self, p, x, h):
            r = self.dt * sigmoid(p.W_r @ x)
            return ((1 - r) * h + r * tanh(p.W_h @ x),)

    program, _ = derived(Fast)
    named = lambda dt: [label(program, node) for node in gates(program.blocks, {"dt": dt})]
    assert named(1.0) == ["r"]
    assert named(1.5) == []


@pytest.mark.parametrize("cell", variants.names())
def test_every_value_is_in_its_range(cell):
    program, hypers = derived(cell)
    layer, rng = Layer(variants.get(cell), 3, H, "float64", "numpy"), generator(3)
    nodes = [n for n in reachable(program.blocks.outputs) if n.args]
    low_high, params = ranges(reachable(program.blocks.outputs), hypers), layer.init(rng)
    params = {name: value + 3 * rng.standard_normal(value.shape) for name, value in params.items()}
    look = inspector(program, {str(n.index): n for n in nodes})
    states = [3 * rng.standard_normal((H, B)) for _ in layer.states]
    with np.errstate(all="ignore"):
        _, values = look(namespace(params, hypers), 3 * rng.standard_normal((3, B)), *states)
    for node in nodes:
        low, high = low_high[node.index]
        value = np.asarray(values[str(node.index)])
        assert low <= value.min(), (node.op, low, value.min())
        assert value.max() <= high, (node.op, high, value.max())


def test_ranges_are_as_narrow_as_they_can_be():
    class Odd(Variant):
        def step(self, p, x, h):
            a = p.W_a @ x
            clipped = minimum(maximum(a, -2.0), 3.0)
            return (clipped / (3 + tanh(a)) - abs(clipped) * (tanh(a) * tanh(a)),)

    program, _ = derived(Odd)
    (output,) = program.blocks.outputs
    assert ranges(reachable([output]), {})[output.index] == (-1.0 - 3.0, 1.5 - 0.0)


@pytest.mark.parametrize(
    ("cell", "factors"),
    {
        "standard": {"c": "f"},
        "gru": {"h": "z"},
        "min_gru": {"h": "1 - z"},
        "coupled": {"c": "1 - i"},
        "janet": {"h": "sigmoid(s)"},
        "peephole": {"c": "f"},  # the gates are held, although they see c
        "original": {"c": "1"},
        "rhn": {"h": "(1 - t3) * (1 - t2) * (1 - t)"},
        "rhn:depth=1": {"h": "1 - t"},
        "scrn": {"s": "alpha"},
        "lem": {"y": "1 - s", "z": "1 - r"},
        "ordered_neurons": {"c": "f_hat"},
        "star": {"h": "(1 - h') * (1 + h') * (1 - k)"},
        "slstm": {"c": "f", "n": "f"},  # m is a running maximum
        "rnn": {},
    }.items(),
)
def test_the_factor_of_the_old_state(cell, factors):
    program, found = keeping(*derived(cell))
    assert {state: label(program, node) for state, node in found.items()} == factors


@pytest.mark.parametrize("cell", sorted({*variants.names()} - {*OTHERS}))
def test_the_factor_is_the_jacobian_s_diagonal_where_no_matrix_mixes_units(cell):
    """Complex steps through the cell's own code, with recurrent matrices and peepholes at 0."""
    variant, (program, hypers), rng = variants.get(cell)(), derived(cell), generator(5)
    layer = Layer(variant, 3, H, "float64", "numpy")
    params = {n: v + 0.5 * rng.standard_normal(v.shape) for n, v in layer.init(rng).items()}
    for name in params:
        if name.startswith("R_") or name in PEEPHOLES:
            params[name] = np.zeros_like(params[name])
    p, x = namespace(params, hypers), rng.standard_normal((3, B))
    states = [rng.standard_normal((H, B)) for _ in layer.states]
    owner, factors = keeping(program, hypers)
    _, values = inspector(owner, {f"{s} kept": node for s, node in factors.items()})(p, x, *states)
    for k, state in enumerate(layer.states):
        moved = [s + (1e-30j if j == k else 0) for j, s in enumerate(states)]
        new = variant.step(p, x, *moved)
        new = new if isinstance(new, tuple) else (new,)
        diagonal = np.broadcast_to(np.imag(new[k]) / 1e-30, (H, B))
        found = np.broadcast_to(values.get(f"{state} kept", 0.0), (H, B))
        np.testing.assert_allclose(found, diagonal, atol=1e-12)


def test_deriving_a_factor_leaves_the_program_as_it_was():
    program, hypers = derived("standard")
    before = len(program.all)
    keeping(program, hypers)
    assert len(program.all) == before
