"""Cells and networks in JAX: they compute what they do here."""

import sys

import numpy as np
import pytest
from helpers.agreement import assert_agrees
from helpers.networks import EVERYTHING, network, ragged
from helpers.written_cells import module

from gatelab import variants
from gatelab.standalone.writing import network_source

jax = pytest.importorskip("jax")

AROUND = {"plain": {}, "all": EVERYTHING, "layer norm": {"layer_norm": True, "layers": 2}}


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("name", variants.names())
def test_outputs_states_and_gradients_of_ragged_sequences(name):
    assert_agrees(name, "jax", 1e-9)


@pytest.mark.parametrize("name", ["peephole", "slstm", "scrn"])
def test_it_can_be_compiled(name):
    assert_agrees(name, "jax", 1e-9, compiled=True)


@pytest.mark.parametrize("kind", ["regression", "labelling"])
@pytest.mark.parametrize("around", AROUND)
def test_a_network_predicts_the_same(kind, around):
    made, (x, lengths) = network("peephole", kind, **AROUND[around]), ragged()
    theirs = made.to_jax()
    with jax.disable_jit():
        found = theirs(x, lengths)
        np.testing.assert_allclose(found, made.predict(x, lengths), rtol=0, atol=1e-12)
        whole = np.nan_to_num(x)
        found = theirs.predict(theirs.params, whole)
    np.testing.assert_allclose(found, made.predict(whole), rtol=0, atol=1e-12)


def test_a_network_is_a_pure_function_that_can_be_compiled_and_has_finite_gradients():
    made, (x, lengths) = network("gru", bidirectional=True), ragged()
    predict, params, _ = made.to_jax()
    loss = lambda p: (predict(p, x, lengths) ** 2).sum()
    value, gradient = jax.jit(jax.value_and_grad(loss))(params)
    np.testing.assert_allclose(value, np.square(made.predict(x, lengths)).sum(), rtol=1e-12)
    assert sorted(gradient) == sorted(made.params)
    assert all(np.isfinite(g).all() and np.any(g) for g in gradient.values())


def test_training_there_does_not_touch_the_weights_here():
    made = network("gru")
    theirs = made.to_jax()
    made.theta[...] = 0
    assert all(np.any(value) for value in theirs.params.values())


def written_layer(name="peephole", **options):
    return module(variants.get(name), "jax")["Layer"](3, 4, **options)


def loss(layer, x, lengths):
    return (layer(x, lengths=lengths)[0] ** 2).sum()


def test_a_layer_is_a_pytree_that_is_compiled_and_differentiated_whole():
    layer, x, lengths = written_layer("antisymmetric", gamma=0.5), np.ones((2, 2, 3)), [2, 1]
    x[1, 1] = np.nan
    gradient = jax.jit(jax.grad(loss))(layer, x, lengths)
    assert gradient.gamma == 0.5
    assert gradient.p.keys() == layer.p.keys()
    assert all(np.isfinite(g).all() and np.any(g) for g in gradient.p.values())
    better = jax.tree.map(lambda p, g: p - 1e-3 * g, layer, gradient)
    with jax.disable_jit():  # in less time than compiling takes
        assert loss(better, x, lengths) < loss(layer, x, lengths)


def test_the_parameters_of_a_layer_have_our_names_and_are_its_attributes():
    layer = written_layer(key=jax.random.key(1))
    paths, _ = jax.tree.flatten_with_path(layer)
    assert {jax.tree_util.keystr(path) for path, _ in paths} == {f".{name}" for name in layer.p}
    assert layer.W_i.shape == (4, 3)
    layer.b_i = np.ones(4)
    assert layer.p["b_i"].all()
    assert not np.allclose(layer.W_i, written_layer().W_i)


def test_a_layer_shows_the_shapes_of_its_parameters_and_the_numbers_of_its_cell():
    layer = written_layer("antisymmetric", gamma=0.5)
    lines = repr(layer).splitlines()
    assert (lines[0], lines[-1]) == ("Layer(", ")")
    assert "    W_h=float32[4, 3]," in lines
    assert "    gamma=0.5," in lines
    assert len(lines) == len(layer.p) + 2 + len(jax.tree.structure(layer).node_data()[1])
    assert "W_h=12," in repr(jax.tree.map(np.size, layer))
    seen = []
    jax.jit(lambda layer: seen.append(repr(layer)))(layer)
    assert seen == [repr(layer)]
    assert repr(written_layer("rnn")).count("=") == 3


def test_of_no_steps_there_are_no_outputs_and_the_states_stay():
    y, states = written_layer()(np.zeros((0, 2, 3)), (np.ones((2, 4)),) * 2)
    assert y.shape == (0, 2, 4)
    np.testing.assert_array_equal(states, np.ones((2, 2, 4)))


def test_states_with_an_axis_for_layers_are_refused():
    with pytest.raises(ValueError, match=r"\(N, H\) each"):
        written_layer()(np.zeros((5, 2, 3)), (np.ones((1, 2, 4)),) * 2)


def test_many_layers_run_at_once():
    one, x = written_layer("rnn"), np.ones((2, 2, 3))
    two = jax.tree.map(lambda value: -value, one)
    both = jax.tree.map(lambda *values: np.stack(values), one, two)
    with jax.disable_jit():
        y, _ = jax.vmap(lambda layer: layer(x))(both)
        np.testing.assert_allclose(y, [one(x)[0], two(x)[0]], rtol=1e-6)


def test_the_layer_is_the_same_whether_flax_is_installed_or_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "flax", None)
    written = module(variants.get("rnn"), "jax")
    assert "RNN" not in written
    layer = written["Layer"](3, 4)
    with jax.disable_jit():
        y, (h,) = layer(np.ones((3, 2, 3)), lengths=[3, 2])
    np.testing.assert_array_equal(h, [y[2, 0], y[1, 1]])


@pytest.mark.parametrize("dtype", ["float64", "int32"])
def test_x_and_states_may_be_of_another_type_than_the_parameters(dtype):
    layer, x, state = written_layer("rnn"), np.ones((2, 2, 3), dtype), np.zeros((2, 4), dtype)
    with jax.disable_jit():
        y, (h,) = layer(x, (state,))
    assert y.dtype == h.dtype == ("float64" if dtype == "float64" else "float32")


def test_a_layer_of_flax_has_our_parameters_and_is_differentiable():
    nnx = pytest.importorskip("flax.nnx")
    written = module(variants.get("peephole"), "jax")
    layer = written["Peephole"](3, 4, rngs=nnx.Rngs(0))
    p = {name: value[...] for name, value in nnx.state(layer).items()}
    assert {name: value.shape for name, value in p.items()} == written["shapes"](3, 4)
    assert (p["b_f"] == 1).all()
    assert not p["b_i"].any()
    x, lengths = np.random.default_rng(0).standard_normal((5, 2, 3)), np.array([5, 2])
    loss = lambda y: (y**2).sum()
    gradient = nnx.grad(lambda layer: loss(layer(x, None, lengths)[0]))(layer)
    want = jax.grad(lambda p: loss(written["layer"](p, x, None, lengths)[0]))(p)
    for name, value in want.items():
        np.testing.assert_allclose(gradient[name][...], value, rtol=1e-6)


def test_a_written_network_takes_in_the_file_of_its_weights(tmp_path):
    nnx = pytest.importorskip("flax.nnx")
    made, (x, lengths), written = network("rnn"), ragged(), {}
    made.save(tmp_path / "rnn.npz")
    exec(network_source(made, "jax"), written)
    weights = np.load(tmp_path / "rnn.npz")
    found = jax.jit(written["predict"])(written["load"](weights), x, lengths)
    np.testing.assert_allclose(found, made.predict(x, lengths), rtol=0, atol=1e-12)
    assert {*nnx.state(written["RNNNetwork"](weights))["p"]} == {*made.params}


def test_a_network_of_flax_predicts_the_same():
    nnx = pytest.importorskip("flax.nnx")
    made, (x, lengths) = network("gru", layers=2), ragged()
    theirs = made.to_jax()
    flax = theirs.module.GRUNetwork(theirs.params)
    np.testing.assert_allclose(flax(x, lengths), made.predict(x, lengths), rtol=0, atol=1e-12)
    gradient = nnx.grad(lambda model: model(x, lengths).sum())(flax)
    assert sorted(gradient["p"]) == sorted(made.params)
