"""What a written file is: on its own, readable, and what a user of the framework expects."""

import ast
import importlib.util

import pytest
from helpers.command import command
from helpers.written_cells import module

from gatelab import variants
from gatelab.errors import LayerError
from gatelab.standalone.layout import folded
from gatelab.standalone.writing import FRAMEWORKS, source
from gatelab.variants import Variant, tanh

export = command("export")
MAY_IMPORT = {"torch": {"torch", "typing"}, "jax": {"jax", "flax"}, "keras": {"keras"}}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", variants.names())
def test_it_imports_its_framework_alone_and_fits_a_page(name, framework):
    text = source(variants.get(name), framework)
    tree = ast.parse(text)
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {each.partition(".")[0] for each in imported} <= MAY_IMPORT[framework]
    assert ast.get_docstring(tree).startswith(variants.get(name).__doc__.strip().split("\n")[0])
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


def test_in_torch_padding_may_hold_nan():
    torch = pytest.importorskip("torch")
    layer = module(variants.get("gru"), "torch")["GRU"](3, 4)
    x = torch.randn(5, 2, 3)
    x[3:, 1] = torch.nan
    y, _ = layer(x, lengths=torch.tensor([5, 3]))
    y.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


@pytest.mark.parametrize("name", ["standard", "slstm", "layer_norm_lstm", "antisymmetric"])
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
    assert torch.equal(torch.jit.script(layer)(x, None, lengths)[0], layer(x, None, lengths)[0])


def test_a_cell_starts_as_it_asks_to():
    torch = pytest.importorskip("torch")
    cell = module(variants.get("standard"), "torch")["StandardCell"](3, 4)
    assert (cell.b_f == 1).all()
    assert not cell.b_i.any()
    assert 0 < cell.W_i.abs().max() <= 0.5
    start = module(variants.get("slstm"), "torch")["SLSTMCell"](3, 4).start(torch.zeros(2, 3))
    assert (start[3] < -1e9).all()


def test_names_of_a_user_s_own_do_not_clash():
    class Clashing(Variant):
        training = 0.5  # a hyperparameter, and an attribute of every module
        hidden = 2.0

        def step(self, p, x, steps, time):
            nn = tanh(p.W_h @ x + p.R_h @ steps)
            return self.training * nn, self.hidden * time + nn

    torch = pytest.importorskip("torch")
    layer = module(Clashing, "torch")["Clashing"](3, 4)
    y, (steps, _) = layer(torch.ones(5, 2, 3))
    assert torch.equal(y[-1], steps)
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
