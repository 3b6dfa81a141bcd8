"""The engine against sources that share no code with it: are these the cells of the literature?"""

import numpy as np
import pytest
from helpers.layers import case_of, each_backend, layer_of, outputs
from oracles import complex_step, identities, lstm_by_hand
from oracles.comparison import assert_close, differences, measure, named

from gatelab import Layer, variants

# The LSTM typed by hand


def by_hand(case):
    """The hand-typed LSTM's answer to a case; it wants (T, features, B)."""
    turn = lambda a: np.swapaxes(a, -1, -2)
    y, final, tape = lstm_by_hand.forward(case.params, turn(case.x), *map(turn, case.state))
    grads, dx, dstate = lstm_by_hand.backward(
        case.params, tape, turn(case.dy), *map(turn, case.dfinal)
    )
    finals = {f"final {k}": turn(s) for k, s in enumerate(final)}
    return {"y": turn(y), **finals, **named(grads, turn(dx), tuple(map(turn, dstate)))}


def loss_by_hand(case, at):
    """The scalar whose gradients ``by_hand`` returns, at another point."""
    params = {k: at[k] for k in case.params}
    columns = [at[k].swapaxes(-1, -2) for k in ("x", "state 0", "state 1")]
    y, (h, c), _ = lstm_by_hand.forward(params, *columns)
    dh, dc = case.dfinal
    return (case.dy * y.swapaxes(1, 2)).sum() + (dh * h.T).sum() + (dc * c.T).sum()


def test_the_hand_typed_backward_is_the_gradient_of_its_forward():
    case = case_of("standard", lengths=(5, 5, 5))
    want = complex_step.gradient(lambda at: loss_by_hand(case, at), case.arrays())
    got = by_hand(case)
    assert_close(
        {k: got[k] for k in got if k[:2] == "d "}, {f"d {k}": want[k] for k in want}, 1e-12
    )


@each_backend
def test_standard_against_the_hand_typed_lstm(backend):
    case = case_of("standard", lengths=(5, 5, 5))
    assert_close(measure(layer_of("standard", backend), case), by_hand(case), 1e-12)


@each_backend
def test_standard_on_the_worked_example(backend):
    """One step of a teaching notebook's LSTM: seed 42, weights on the stacked [h; x]."""
    draw = np.random.RandomState(42).randn
    W = {k: draw(2, 5) for k in "figo"}
    b = {k: draw(2, 1)[:, 0] for k in "figo"}
    params = {"R_" + k: W[k][:, :2] for k in W} | {"W_" + k: W[k][:, 2:] for k in W}
    params |= {"b_" + k: b[k] for k in b}
    layer = Layer(variants.get("standard")(), inputs=3, hidden=2, dtype="float64", backend=backend)
    _, (h, c), _ = layer.forward(params, np.array([[[0.5, 0.1, 0.9]]]))
    np.testing.assert_allclose(h, [[-0.07794162, -0.06642324]], rtol=0, atol=1e-8)
    np.testing.assert_allclose(c, [[-0.1448926, -0.12589963]], rtol=0, atol=1e-8)


# torch.nn: outputs and gradients, ragged batches packed


@pytest.mark.parametrize("name", ["rnn", "standard", "gru_reset_after"])
@each_backend
def test_against_torch_modules(name, backend, torch_modules):
    case = case_of(name)
    assert_close(measure(layer_of(name, backend), case), torch_modules.run(name, case), 1e-9)


@each_backend
def test_original_against_torch_lstm(backend, torch_modules):
    case = case_of("original")
    as_standard, back = identities.original_as_standard(case)
    want = back(torch_modules.run("standard", as_standard))
    assert_close(measure(layer_of("original", backend), case), want, 1e-9)


# The operators of ONNX: outputs, in single precision


ONNX = ["rnn", "standard", "peephole", "coupled", "gru", "gru_reset_after"]


@pytest.mark.parametrize("name", ONNX)
@each_backend
def test_against_onnxruntime(name, backend, onnx_models):
    case = case_of(name).astype("float32")
    got = outputs(measure(layer_of(name, backend, "float32"), case))
    assert_close(got, onnx_models.run(name, case), 1e-5)


@each_backend
def test_original_against_onnxruntime(backend, onnx_models):
    case = case_of("original").astype("float32")
    as_standard, back = identities.original_as_standard(case)
    want = back(onnx_models.run("standard", as_standard))
    assert_close(outputs(measure(layer_of("original", backend, "float32"), case)), want, 1e-5)


# Identities between cells


@each_backend
def test_peephole_with_closed_peepholes_is_standard(backend):
    case = case_of("standard")
    as_peephole, back = identities.standard_as_peephole(case)
    got = back(measure(layer_of("peephole", backend), as_peephole))
    assert_close(got, measure(layer_of("standard", backend), case), 1e-12)


@each_backend
def test_original_is_standard_with_the_forget_gate_open(backend):
    case = case_of("original")
    as_standard, back = identities.original_as_standard(case)
    got = back(measure(layer_of("standard", backend), as_standard))
    assert_close(got, measure(layer_of("original", backend), case), 1e-12)


# Would a slip be seen? Each pair below is a mistake that someone has made.


def swapped(case, a, b):
    """Gate a's weights under gate b's name and the reverse."""
    other = {a: b, b: a}
    params = {k[:2] + other.get(k[2:], k[2:]): v for k, v in case.params.items()}
    return case._replace(params=params)


@pytest.mark.parametrize(("a", "b"), ["if", "fo", "go", "ig"])
def test_torch_notices_swapped_gates(a, b, torch_modules):
    case = case_of("standard")
    got = measure(layer_of("standard", "numpy"), swapped(case, a, b))
    assert min(differences(got, torch_modules.run("standard", case)).values()) > 1e-3


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("gru", "gru_reset_after"), ("gru_reset_after", "gru"), ("coupled", "standard")],
)
def test_onnxruntime_tells_cells_apart(right, wrong, onnx_models):
    case = case_of("gru_reset_after" if "gru" in right else "standard").astype("float32")
    far = differences(onnx_models.run(right, case), onnx_models.run(wrong, case))
    assert min(far.values()) > 1e-3
