"""Every operation a step may use, alone in a small cell: derivative, compiled form, ONNX, notation.

An operation inherits these tests from its entry in the table; errors of float32 forms are measured
in tests/harness/kernels/test_scalar.py.
"""

import functools

import numpy as np
import onnxruntime
import pytest
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure, random_case

from gatelab import Layer, Network, variants
from gatelab.calculus import latex, text
from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.variants import Variant, tanh
from gatelab.variants.language.operations import FUNCTIONS
from gatelab.variants.language.table import EXACT, SCALAR, TABLE

POSITIVE = ("log", "sqrt")  # what they are defined on
D, LENGTHS = 2, (4, 1, 3)


def of_operands(name, a, b):
    """An operation of as many operands as it wants."""
    if name in POSITIVE:
        a = 2 + tanh(a)
    function = getattr(variants, name)
    arity = TABLE[name].arity
    operands = (a,) if arity == 1 else (a, b) if arity == 2 else (a > b, a, b * b)
    return function(*operands)


@functools.cache
def cell(name):
    """A cell that applies an operation to a pre-activation, and a product to the result."""

    class Cell(Variant):
        def step(self, p, x, h, c):
            value = of_operands(name, p.W_a @ x + p.R_a @ h + p.p_a * c + p.b_a, 0.7 * c + p.b_b)
            return tanh(p.R_y @ value + value), 0.5 * c + tanh(value)

    return Cell


@functools.cache
def layer_of(name, backend, dtype="float64", hidden=4):
    return Layer(cell(name)(), D, hidden, dtype, backend)


def case_of(name, hidden=4, lengths=LENGTHS):
    layer = layer_of(name, "numpy", "float64", hidden)
    return random_case(np.random.default_rng(3), layer, D, lengths)


each_function = pytest.mark.parametrize("name", FUNCTIONS)


@each_function
@pytest.mark.parametrize(("hidden", "lengths"), [(4, LENGTHS), (1, (3,)), (17, (2,) * 9)])
def test_gradients_are_those_of_complex_steps(name, hidden, lengths):
    case, step = case_of(name, hidden, lengths), cell(name)().step
    if hidden < 17:
        exact = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
        found = measure(layer_of(name, "numpy", hidden=hidden), case)
        for key, value in exact.items():
            np.testing.assert_allclose(found[f"d {key}"], value, atol=1e-9)
    found = measure(layer_of(name, "numba", hidden=hidden), case)
    want = measure(layer_of(name, "numpy", hidden=hidden), case)
    for key, value in want.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-11, atol=1e-11)


@each_function
def test_single_precision_follows_double(name):
    case = case_of(name)
    single = measure(layer_of(name, "numba", "float32"), case.astype("float32"))
    assert_close(single, measure(layer_of(name, "numpy"), case), 2e-5)


@each_function
def test_onnxruntime_agrees(name, tmp_path):
    network = Network(cell(name), D, 5, 3, "series", backend="numpy")
    network.init(np.random.default_rng(0))
    network.theta += 0.3 * np.random.default_rng(1).standard_normal(network.size)
    x = np.random.default_rng(2).standard_normal((4, 6, D)).astype(np.float32)
    lengths = np.array([6, 2, 5, 1])
    network.export(tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", providers=["CPUExecutionProvider"]
    )
    (found,) = session.run(None, {"x": x, "lengths": lengths})
    np.testing.assert_allclose(found, network.predict(x, lengths), rtol=0, atol=2e-5)


@each_function
def test_it_is_shown_in_text_latex_and_drawings(name):
    operation, program = TABLE[name], derive(cell(name)())
    assert f"{name}(" in text.equations(program)
    shown = latex.equations(program)
    assert operation.latex is None or callable(operation.latex) or operation.latex in shown
    assert name == "where" or (operation.small or name) in draw(program)


@each_function
def test_numpy_s_own_functions_are_read_as_it(name):
    for twin in TABLE[name].numpy:
        function = getattr(np, twin, None)
        if not isinstance(function, np.ufunc):
            continue

        class Cell(Variant):
            def step(self, p, x, h):
                return tanh(function(*[p.W_a @ x + h] * TABLE[name].arity))  # noqa: B023

        assert f"{name}(" in text.equations(derive(Cell()))


@pytest.mark.parametrize("given", [{"axis": 0}, {}], ids=["cumsum(a, axis=0)", "cumsum(a, 0)"])
def test_numpy_s_sums_over_the_units_are_read_as_cumsum(given):
    class Cell(Variant):
        def step(self, p, x, h):
            return tanh(np.cumsum(p.W_a @ x + h, *([] if given else [0]), **given))

    assert "cumsum(W_a @ x + h)" in text.equations(derive(Cell()))


@each_function
def test_what_makes_no_sense_is_refused(name):
    operation = TABLE[name]

    def refused(build):
        class Cell(Variant):
            beta = 0.5

            def step(self, p, x, h):
                return tanh(p.W_a @ x + getattr(variants, name)(*build(self, p, x, h)))

        with pytest.raises(variants.TraceError) as caught:
            derive(Cell())
        return str(caught.value)

    fill = lambda value: (value,) * operation.arity
    assert "x enters a step through a W_ matrix only" in refused(lambda _, p, x, h: fill(x))
    assert "a matrix enters an elementwise operation" in refused(lambda _, p, x, h: fill(p.R_a))
    assert "TypeError" in refused(lambda _, p, x, h: (h,) * (operation.arity + 1))
    if name != "where":
        assert "a comparison is used as a number" in refused(lambda _, p, x, h: fill(h > 0))
    if operation.reduces:
        shared = refused(lambda self, p, x, h: fill(self.beta * p.s_a))
        assert f"{name} of a number that all units share" in shared


def test_compiled_functions_have_names_of_their_own():
    """Numba's cache would take one for the other."""
    names = [function.__qualname__ for function in (*SCALAR, *EXACT)]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "<" in name]
    compiled = {op.float32 for op in TABLE.values()} | {op.float64 for op in TABLE.values()}
    assert compiled - {None} <= {*SCALAR, *EXACT}
