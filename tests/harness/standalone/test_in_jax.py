"""Cells and networks in JAX: they compute what they do here."""

import numpy as np
import pytest
from helpers.agreement import assert_agrees
from helpers.networks import EVERYTHING, network, ragged
from helpers.written_cells import module

from gatelab import variants

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


def test_a_network_of_flax_predicts_the_same():
    nnx = pytest.importorskip("flax.nnx")
    made, (x, lengths) = network("gru", layers=2), ragged()
    theirs = made.to_jax()
    flax = theirs.module.GRUNetwork(theirs.params)
    np.testing.assert_allclose(flax(x, lengths), made.predict(x, lengths), rtol=0, atol=1e-12)
    gradient = nnx.grad(lambda model: model(x, lengths).sum())(flax)
    assert sorted(gradient["p"]) == sorted(made.params)
