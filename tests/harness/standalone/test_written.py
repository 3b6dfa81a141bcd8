"""What a written file is: on its own, readable, and what a user of the framework expects."""

import ast
import importlib.util
import sys

import numpy as np
import pytest
from helpers.command import command
from helpers.networks import EVERYTHING, network
from helpers.refusals import refused
from helpers.written_cells import module

from gatelab import variants
from gatelab.errors import LayerError
from gatelab.export import write
from gatelab.standalone.layout import folded
from gatelab.standalone.naming import GLOBALS, class_name
from gatelab.standalone.writing import FRAMEWORKS, network_source, source
from gatelab.variants import Variant, tanh

export = command("export")
MAY_IMPORT = {"torch": {"torch", "typing"}, "jax": {"jax", "flax"}, "keras": {"keras"}}


def imports(text):
    """Names of the packages that a file imports."""
    nodes = [*ast.walk(ast.parse(text))]
    imported = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    return {each.partition(".")[0] for each in imported}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", variants.names())
def test_it_imports_its_framework_alone_and_fits_a_page(name, framework):
    text = source(variants.get(name), framework)
    assert imports(text) <= MAY_IMPORT[framework]
    assert ast.get_docstring(ast.parse(text)).startswith(
        variants.get(name).__doc__.strip().split("\n")[0]
    )
    assert max(map(len, text.splitlines())) <= 100
    assert "\n\n\n\n" not in text


def test_in_torch_states_and_lengths_may_be_left_out_and_the_batch_may_come_first():
    torch = pytest.importorskip("torch")
    layer = module(variants.get("peephole"), "torch")["Peephole"](3, 4)
    x = torch.randn(5, 2, 3)
    y, (h, c) = layer(x)
    assert (y.shape, h.shape, c.shape) == ((5, 2, 4), (2, 4), (2, 4))
    assert torch.equal(y[-1], h)
    layer.batch_first = True
    turned, _ = layer(x.transpose(0, 1))
    assert torch.equal(turned.transpose(0, 1), y)
    short, _ = layer(x.transpose(0, 1), lengths=torch.tensor([5, 2]))
    assert torch.equal(short[1, :2], turned[1, :2])
    assert not short[1, 2:].any()


def test_in_torch_a_state_that_is_no_tuple_is_refused():
    torch = pytest.importorskip("torch")
    layer = module(variants.get("gru"), "torch")["GRU"](3, 4)
    with pytest.raises(ValueError, match="too many values to unpack"):  # not its first row
        layer(torch.ones(5, 2, 3), torch.zeros(2, 4))


def test_in_torch_padding_may_hold_nan():
    torch = pytest.importorskip("torch")
    layer = module(variants.get("gru"), "torch")["GRU"](3, 4)
    x = torch.randn(5, 2, 3)
    x[3:, 1] = torch.nan
    y, _ = layer(x, lengths=torch.tensor([5, 3]))
    y.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


@pytest.mark.parametrize("name", ["gru", "slstm", "layer_norm_lstm", "antisymmetric"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's, of scripting
def test_in_torch_it_can_be_scripted(name, tmp_path):
    torch = pytest.importorskip("torch")
    cls = variants.get(name)
    file = tmp_path / "cell.py"  # torch reads the source of what it compiles
    file.write_text(source(cls, "torch"))
    spec = importlib.util.spec_from_file_location(f"written_{name}", file)
    written = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(written)
    layer = getattr(written, cls.__name__)(3, 4)
    x, lengths = torch.randn(5, 2, 3), torch.tensor([5, 2])
    scripted = torch.jit.script(layer)
    assert torch.equal(scripted(x, None, lengths)[0], layer(x, None, lengths)[0])
    assert scripted(x[:0])[0].shape == (0, 2, 4)


def test_a_cell_starts_as_it_asks_to():
    torch = pytest.importorskip("torch")
    cell = module(variants.get("standard"), "torch")["StandardCell"](3, 4)
    assert (cell.b_f == 1).all()
    assert not cell.b_i.any()
    assert 0 < cell.W_i.abs().max() <= 0.5
    start = module(variants.get("slstm"), "torch")["SLSTMCell"](3, 4).start(torch.zeros(2, 3))
    assert (start[3] < -1e9).all()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_class_is_not_called_as_something_else_in_its_file(framework):
    pytest.importorskip(framework)
    space = module(variants.get("layer_norm_lstm"), framework)
    exec(network_source(network("peephole"), framework), space)
    used = {name for name in space if "Peephole" not in name and "LayerNorm" not in name}
    assert {name for name in used if not name.startswith("__")} <= GLOBALS
    cell = type("Layer", (variants.get("rnn"),), {"__doc__": "A cell."})
    assert class_name(cell()) == "CellLayer"


@pytest.mark.parametrize(
    ("name", "framework"),
    [("peephole", "torch"), ("gru", "torch"), ("rnn", "jax"), ("peephole", "keras")],
)
def test_the_example_in_a_file_runs(name, framework):
    pytest.importorskip(framework)
    space = module(variants.get(name), framework)
    doc = ast.get_docstring(ast.parse(source(variants.get(name), framework)))
    example = [line.strip() for line in doc.splitlines() if line.startswith("    ")]
    first = np.ones((5, 2, 3) if framework != "keras" else (2, 5, 3), "float32")
    lengths = np.array([5, 2])
    if framework == "torch":
        first, lengths = map(sys.modules["torch"].from_numpy, (first, lengths))
    space |= {"x": first, "lengths": lengths}
    exec("\n".join(example), space)
    assert space["y"].shape == (*first.shape[:2], 64)
    assert space["h"].shape == (2, 64)


def test_names_of_a_user_s_own_do_not_clash():
    class Clashing(Variant):
        training = 0.5  # a hyperparameter, and an attribute of every module
        hidden = 2.0

        def step(self, p, x, steps, over):
            nn = tanh(p.W_h @ x + p.R_h @ steps)
            return self.training * nn, self.hidden * over + nn

    torch = pytest.importorskip("torch")
    layer = module(Clashing, "torch")["Clashing"](3, 4)
    y, (steps, over) = layer(torch.ones(5, 2, 3))
    assert torch.equal(y[-1], steps)
    assert over.shape == (2, 4)
    assert (layer.training, layer.cell.hidden, layer.cell.hidden2) == (True, 4, 2.0)


def test_a_long_statement_is_broken_before_plus_and_inside_its_call():
    long = f"i = sigmoid({' + '.join(['some_value @ some_matrix.T'] * 5)})"
    assert folded(long, 8).splitlines() == [
        "i = sigmoid(",
        *[f"            {part}" for part in (
            "some_value @ some_matrix.T + some_value @ some_matrix.T + some_value @ some_matrix.T",
            "+ some_value @ some_matrix.T + some_value @ some_matrix.T",
        )],
        "        )",
    ]  # fmt: skip


def test_the_command_writes_a_file_or_prints(tmp_path, capsys):
    assert export(["gru", "--to", "torch", "--out", str(tmp_path / "gru.py")]) == 0
    assert (tmp_path / "gru.py").read_text() == source(variants.get("gru"), "torch")
    capsys.readouterr()
    assert export(["rhn:depth=2", "--to", "jax"]) == 0
    assert capsys.readouterr().out == source(variants.get("rhn:depth=2"), "jax")
    assert export(["gruu", "--to", "jax"]) == 2
    assert "did you mean gru" in capsys.readouterr().err
    assert export(["gru", "--to", "jax", "--out", str(tmp_path)]) == 2
    assert "is a folder; name the file" in capsys.readouterr().err
    with pytest.raises(LayerError, match="unknown framework 'tensorflow'"):
        source(variants.get("gru"), "tensorflow")


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_a_file_of_weights_is_written_as_its_network(suffix, tmp_path):
    torch = pytest.importorskip("torch")
    tensors = pytest.importorskip("safetensors.numpy")
    made, weights, out = network("gru", layers=2), tmp_path / f"w.{suffix}", tmp_path / "net.py"
    made.save(weights, suffix)
    assert export([str(weights), "--to", "torch", "--out", str(out)]) == 0
    space = {"__name__": "net"}
    exec(out.read_text(), space)
    given = np.load(weights) if suffix == "npz" else tensors.load_file(weights)
    theirs, x = space["GRUNetwork"]().double().load(given), np.ones((3, 5, 3))
    np.testing.assert_allclose(theirs(torch.tensor(x)).detach(), made.predict(x), atol=1e-12)


def test_a_file_that_is_no_network_is_refused(tmp_path, capsys):
    (tmp_path / "w.npz").write_text("hello")
    assert export([str(tmp_path / "w.npz"), "--to", "torch"]) == 2
    assert "is not a saved network" in capsys.readouterr().err


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_network_s_file_imports_its_framework_alone_and_fits_a_page(framework):
    text = network_source(network("nas_cell", **EVERYTHING), framework)
    assert max(map(len, text.splitlines())) <= 100
    assert "\n\n\n\n" not in text
    assert imports(text) <= MAY_IMPORT[framework]


def test_a_cell_is_written_from_python_and_its_layer_has_one_name_everywhere(tmp_path):
    torch = pytest.importorskip("torch")
    write(variants.get("peephole"), to="torch", out=tmp_path / "cell.py")
    space = {"__name__": "cell"}
    exec((tmp_path / "cell.py").read_text(), space)
    y, final = space["Layer"](3, 4)(torch.ones(5, 2, 3))
    assert (y.shape, len(final)) == ((5, 2, 4), 2)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_that_is_missing_is_named_with_what_to_install(framework, monkeypatch):
    monkeypatch.setitem(sys.modules, framework, None)
    with refused(LayerError, rf"{framework} cannot be imported .*gatelab\[{framework}\]"):
        getattr(network(), f"to_{framework}")()
