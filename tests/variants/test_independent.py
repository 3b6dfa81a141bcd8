"""Every cell against other people's code where there is some, and the table that says where.

All cases: float64 unless said, sequences of different lengths, from a state that the cell reached
by itself, a loss that sees every output and every final state.
"""

import ast
import importlib
import importlib.util
import re

import numpy as np
import pytest
from helpers.independent import adapters, case_of, variant_of
from helpers.layers import LENGTHS, each_backend, layer_of, outputs
from helpers.packages import needs
from helpers.processes import ROOT
from oracles import ties
from oracles.comparison import assert_close, differences, measure

from gatelab import Layer, variants

TORCHRECURRENT = sorted(name for name, tie in ties.TIES.items() if "torchrecurrent" in tie.others)
WRITTEN = sorted(name for name, tie in ties.TIES.items() if "torch_written" in tie.again)
COMPILED = ["res_lstm"]  # numba is held to numpy for every cell elsewhere


def oracle(module, *packages):
    """A module of ``oracles``, or a skip that says which package it lacks."""
    needs("torch", *packages)
    return importlib.import_module(f"oracles.{module}")


@pytest.fixture
def torch_recurrent():
    return oracle("torch_recurrent", "torchrecurrent")


# torchrecurrent: outputs and gradients


@pytest.mark.parametrize(
    ("name", "backend"),
    [(name, "numpy") for name in TORCHRECURRENT] + [(name, "numba") for name in COMPILED],
)
def test_against_torchrecurrent(name, backend, torch_recurrent):
    variant = variant_of(name)
    case = case_of(variant)
    want = torch_recurrent.run(adapters()[name], case, variant)
    assert_close(measure(layer_of(variant, backend), case), want, 1e-9)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "softsign", "hard_sigmoid", "swish", "squish"])
@pytest.mark.parametrize("place", ["cell_activation", "gate_activation"])
def test_activations_against_torch(name, place, torch_recurrent):
    variant = variant_of("lstm_activations", **{place: name, "squish_p": 0.3})
    case = case_of(variant)
    case = case._replace(x=3 * case.x)  # wide enough to meet both corners of the hard sigmoid
    want = torch_recurrent.run(adapters()["lstm_activations"], case, variant)
    assert_close(measure(layer_of(variant), case), want, 1e-9)


def test_every_adapter_is_in_the_table(torch_recurrent):
    assert sorted(adapters()) == TORCHRECURRENT


# xlstm, and what no package has


@pytest.fixture
def xlstm_cell():
    if importlib.util.find_spec("xlstm") is None:
        pytest.skip("xlstm is not installed: nothing to compare with")
    return oracle("xlstm_cell")


@each_backend
def test_slstm_against_xlstm(backend, xlstm_cell):
    variant = variant_of("slstm")
    case = case_of(variant)
    assert_close(measure(layer_of(variant, backend), case), xlstm_cell.run(case), 1e-9)


def test_slstm_against_xlstm_from_its_start(xlstm_cell):
    """Their first step has a branch of its own; ours has a stabiliser that starts very low."""
    layer = layer_of(variant_of("slstm"))
    case = case_of(layer.variant)._replace(state=layer.start(len(LENGTHS)))
    seen = lambda result: {k: v for k, v in result.items() if not k.startswith("d state")}
    want = xlstm_cell.run(case, from_start=True)
    assert_close(seen(measure(layer, case)), seen(want), 1e-9)


@pytest.mark.parametrize("name", WRITTEN)
def test_against_equations_written_for_torch(name):
    variant = variant_of(name)
    case = case_of(variant)
    want = oracle("torch_written").run(name, case, variant)
    assert_close(measure(layer_of(variant), case), want, 1e-9)


# The operators of ONNX: outputs, in single precision


LSTM_FUNCTIONS = {
    "cell_activation=relu": {"activations": ["Sigmoid", "Relu", "Relu"]},
    "cell_activation=softsign": {"activations": ["Sigmoid", "Softsign", "Softsign"]},
    "cell_activation=sigmoid": {"activations": ["Sigmoid", "Sigmoid", "Sigmoid"]},
    "gate_activation=hard_sigmoid": {
        "activations": ["HardSigmoid", "Tanh", "Tanh"],
        "activation_alpha": [1 / 6],
        "activation_beta": [0.5],
    },
}
ONNX = ["coupled_peephole", "no_input_activation", "no_output_activation"]


@pytest.mark.parametrize("name", [*ONNX, *(f"lstm_activations:{text}" for text in LSTM_FUNCTIONS)])
def test_against_onnxruntime(name, onnx_models):
    cell, _, options = name.partition(":")
    variant = variants.get(name)()
    case = case_of(variant).astype("float32")
    got = outputs(measure(layer_of(variant, dtype="float32"), case))
    assert_close(got, onnx_models.run(cell, case, **LSTM_FUNCTIONS.get(options, {})), 1e-5)


# Numbers that others printed


def test_nas_cell_on_the_numbers_of_tensorflow_addons():
    """rnn/tests/nas_cell_test.py: all weights 0.5, states 0.1, x of 1, 2 and 3."""
    layer = Layer(variants.get("nas_cell")(), inputs=4, hidden=6, dtype="float64", backend="numpy")
    params = {k: np.full(shape, 0.5 * (k[0] != "b")) for k, shape in layer.shapes.items()}
    x = np.tile([[1.0], [2.0], [3.0]], (1, 1, 4)).reshape(1, 3, 4)
    _, (h, c), _ = layer.forward(params, x, (np.full((3, 6), 0.1),) * 2)
    want_h, want_c = [0.5767508, 0.6189357, 0.6273934], [0.7157977, 0.7804162, 0.7945764]
    np.testing.assert_allclose(h, np.tile(want_h, (6, 1)).T, rtol=0, atol=1e-6)
    np.testing.assert_allclose(c, np.tile(want_c, (6, 1)).T, rtol=0, atol=1e-6)


# Would a slip be seen? Deviations that docs/verification.md reports, as long as they last.


LEFT = ["lem", "nas_cell", "scrn", "original", "sgu", "dsgu", "fast_grnn"]


@pytest.mark.parametrize("name", LEFT)
def test_torchrecurrent_still_leaves_the_paper(name, torch_recurrent):
    variant = variant_of(name)
    case = case_of(variant)
    theirs = oracle("torch_recurrent_bent").AS_THEY_STAND[name]
    far = differences(measure(layer_of(variant), case), torch_recurrent.run(theirs, case, variant))
    assert far["y"] > 1e-3


def test_the_rhn_of_torchrecurrent_still_cannot_be_imported(torch_recurrent):
    with pytest.raises(ImportError):
        importlib.import_module("torchrecurrent.cells.rhn_cell")


def test_the_gradient_of_torchs_hard_sigmoid_is_still_of_single_precision(torch_recurrent):
    torch = importlib.import_module("torch")
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.hardsigmoid(x).sum().backward()
    assert 1e-10 < abs(x.grad.item() - 1 / 6) < 1e-7


# The table


def test_every_registered_cell_is_tied():
    own = {
        name
        for name in variants.names()
        if variants.get(name).__module__.startswith("gatelab.variants.")
    }
    assert set(ties.TIES) == own
    for name, tie in ties.TIES.items():
        assert tie.others or tie.alone, f"{name}: nothing by others, and nothing said about it"
        assert tie.others or tie.again or tie.identities, f"{name} is tied to nothing"


def test_the_table_in_the_docs_is_up_to_date():
    assert ties.DOCS.read_text() == ties.markdown(), "stale: python tests/oracles/ties.py"


def test_what_the_table_names_exists():
    text, tests = ties.markdown(), {p.name: p for p in (ROOT / "tests").rglob("test_*.py")}
    assert set(re.findall(r"`(test_\w+\.py)", text)) <= set(tests)
    for file, test in re.findall(r"`(test_\w+\.py)::(\w+)`", text):
        tree = ast.parse(tests[file].read_text())
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for file in {file for tie in ties.TIES.values() for file in tie.again.split(", ") if file}:
        assert (ROOT / "tests" / "oracles" / f"{file}.py").exists()
