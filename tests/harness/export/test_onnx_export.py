"""Networks as ONNX models: what onnxruntime makes of them is what the network predicts."""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from helpers import networks
from onnx.reference import ReferenceEvaluator
from oracles import random_cells
from oracles.odd_cells import ODD, SPARSE, Curves, ManyStates

from gatelab import variants
from gatelab.errors import LayerError
from gatelab.export.models import model
from gatelab.networks import saving
from gatelab.variants import Variant, mean, relu, sigmoid, tanh, where
from gatelab.variants.language.table import TABLE

D, H, K = 3, 5, 2
LENGTHS = np.array([9, 1, 3, 8, 5, 2])
KINDS = ["regression", "multilabel"]  # reads the ends, reads every step
DEEP = {
    "layers": 3, "bidirectional": True, "residual": True, "projection": 4, "zoneout": 0.3,
    "embedding": 3,
}  # fmt: skip


class Awkward(Variant):
    """Names that the model uses, too; a start, a hyperparameter and a structure of its own."""

    c, m, depth, a, H = 0.4, 2.0, 1, 0.1, 0.5

    def step(self, p, x, h, c, m):
        V = p.W_y @ x + p.b_a
        for _ in range(self.depth):
            V = tanh(V + p.R_y @ h)
        y = self.a * c + p.s_a * V
        start = where(y > self.H, y, 0.5 * y)
        valid = relu(start + m) / (1.0 + abs(m))
        P = 0 * valid + 2.0
        lengths = sigmoid(p.R_a @ P) * valid
        return lengths - start, y, -m


class Ties(Variant):
    """Compares equal numbers; multiplies and takes means of means."""

    def step(self, p, x, h):
        u = relu(p.W_u @ x + p.R_u @ mean(h) + mean(p.p_u))
        closed, opened = where(u <= 0, 0.5, u), where(u >= 0, 0.25, 8.0)
        return (closed + opened + where(u < 0, 4.0, 0.0) + where(u > 0, 0.0, mean(mean(u))),)


class Ratio(Variant):
    """Divides by gates that may all be shut."""

    def step(self, p, x, h):
        i, f = sigmoid(p.W_i @ x + p.R_i @ h - 40), sigmoid(p.W_f @ x + p.R_f @ h - 40)
        return (f / (i + f) * h + i / (i + f) * tanh(p.W_g @ x),)


class SharedNumbers(Variant):
    """New states that no state or input moves: a trained number, a vector, a number, a constant."""

    beta = 0.7

    def step(self, p, x, h, c, m, n, k):
        u = tanh(p.W_u @ x + p.R_u @ h + m * n - k)
        return u + c, p.s_o * 1.0, p.p_o * p.p_o, mean(p.p_o) * self.beta, 0.5


class SharedOutput(Variant):
    """An output that all units share."""

    def step(self, p, x, h, c):
        return p.s_o, tanh(p.W_c @ x + p.R_c @ (h + c))


class NamedAsNoise(Variant):
    """Named as zoneout names its noise."""

    zoneout_memory, recurrent = 0.7, 0.9

    def step(self, p, x, h, zoneout_output):
        u = tanh(p.W_u @ x + self.recurrent * (p.R_u @ h))
        return u - zoneout_output, self.zoneout_memory * zoneout_output + u


CELLS = (
    {name: variants.get(name) for name in variants.names()}
    | ODD
    | SPARSE
    | {cls.__name__: cls for cls in (Ratio, Ties, SharedNumbers, SharedOutput, NamedAsNoise)}
)


def network(cell, kind="multilabel", **options):
    """A network none of whose weights is where it started."""
    made = networks.network(cell, kind, (D, H, K), **{"dtype": "float32", **options})
    made.params["a"][...] *= 0.1
    return made


def ragged(rng, scale=1.0):
    """Sequences whose padding is NaN, and their lengths."""
    x = (scale * rng.standard_normal((len(LENGTHS), LENGTHS.max(), D))).astype(np.float32)
    x[np.arange(LENGTHS.max()) >= LENGTHS[:, None]] = np.nan
    return x, LENGTHS


def session(made, path):
    made.export(path)
    onnx.checker.check_model(path, full_check=True)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def assert_same(runs, made, x, lengths):
    """To 1e-5 of what the layers add to the readout's bias."""
    want = made.predict(x, lengths)
    (got,) = runs.run(None, {"x": x.astype(np.float32), "lengths": lengths})
    assert got.shape == want.shape
    size = np.abs(want - made.params["a"]).max()
    assert size > 1e-3 or len(x) == 1
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-5 * size)


# Cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_runs_as_it_predicts_whatever_the_batch_and_the_lengths(cell, rng, tmp_path):
    made = network(CELLS[cell])
    runs = session(made, tmp_path / "model.onnx")
    assert_same(runs, made, *ragged(rng))
    assert_same(runs, made, rng.standard_normal((2, 17, D)).astype(np.float32), np.array([17, 17]))
    assert_same(runs, made, rng.standard_normal((1, 1, D)).astype(np.float32), np.array([1]))


@pytest.mark.parametrize(
    "cell", [*map(variants.get, ("standard", "gru", "min_lstm", "slstm", "mut1")), Curves]
)
def test_saturated_cells_do_too(cell, rng, tmp_path):
    made = network(cell)
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng, scale=100.0))


def test_names_starts_and_hyperparameters_are_the_cells_own(rng, tmp_path):
    made = network(Awkward(depth=2, a=0.9, H=0.2))
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))


@pytest.mark.filterwarnings("ignore:invalid value")  # on sides that are not taken
@pytest.mark.parametrize("seed", range(24))
def test_random_cells_do_too(seed, rng, tmp_path):
    made = network(random_cells.legal(3000 + seed))
    x, lengths = ragged(rng)
    (got,) = session(made, tmp_path / "model.onnx").run(None, {"x": x, "lengths": lengths})
    np.testing.assert_allclose(got, made.predict(x, lengths), rtol=1e-4, atol=1e-4)


def test_names_of_noise_are_free(rng, tmp_path):
    made = network(NamedAsNoise, zoneout=0.3, recurrent_dropout=0.2)
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))


def test_every_operation_of_a_step_has_a_twin():
    assert not [
        name for name, operation in TABLE.items() if operation.public and not operation.onnx
    ]


# Networks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options",
    [
        {"layers": 2},
        {"bidirectional": True},
        {"layers": 3, "bidirectional": True, "residual": True},
        {"projection": 2, "recurrent_dropout": 0.4, "input_dropout": 0.3, "output_dropout": 0.2},
        {"bidirectional": True, "zoneout": 0.2, "recurrent_dropout": 0.2},
        {"layers": 2, "layer_norm": True},
        DEEP,
    ],
    ids=lambda options: " ".join(options),
)
def test_networks_of_every_wiring(options, kind, rng, tmp_path):
    made = network(variants.get("peephole"), kind, **options)
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))


@pytest.mark.parametrize("kind", KINDS)
def test_a_deep_network_of_many_states(kind, rng, tmp_path):
    made = network(ManyStates, kind, **DEEP)
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))


def test_other_kinds_compiled_loops_and_double_precision(rng, tmp_path):
    for kind in ("classification", "labelling", "series"):
        made = network(variants.get("standard"), kind, backend="numba")
        assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))
    made = network(variants.get("standard"), dtype="float64")
    assert_same(session(made, tmp_path / "model.onnx"), made, *ragged(rng))


def test_the_reference_of_onnx_agrees(rng):
    """No trait of onnxruntime's is relied on."""
    made = network(variants.get("full_gate_recurrence"), **DEEP)
    assert_same(ReferenceEvaluator(model(made)), made, *ragged(rng))


# Files -------------------------------------------------------------------------------------------


def test_a_model_tells_what_it_is_and_holds_the_weights_by_name():
    made = network(variants.get("standard")(), bidirectional=True)
    found = model(made)
    about = {entry.key: entry.value for entry in found.metadata_props}
    assert about["variant"] == "standard"
    assert about["kind"] == "multilabel"
    assert about["equations"] == saving.describe(made)["equations"]
    assert json.loads(about["bidirectional"]) is True
    weights = {w.name: onnx.numpy_helper.to_array(w) for w in found.graph.initializer}
    for name, value in made.params.items():
        np.testing.assert_array_equal(weights[name], value)


def test_without_onnx_one_line_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "gatelab.export.models")
    with pytest.raises(LayerError, match=r"pip install 'gatelab\[onnx\]'$"):
        network(variants.get("rnn")).export(tmp_path / "model.onnx")
