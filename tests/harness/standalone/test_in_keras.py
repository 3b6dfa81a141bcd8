"""Cells and networks in Keras, on its JAX backend: they compute what they do here.

Keras computes tanh, exp and others in float32 whatever it is given.
"""

import numpy as np
import pytest
from helpers.agreement import assert_agrees
from helpers.networks import EVERYTHING, T, network, ragged
from helpers.written_cells import module  # sets Keras's backend

from gatelab import variants

jax = pytest.importorskip("jax")
keras = pytest.importorskip("keras")

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # Keras's own
AROUND = {"plain": {}, "all": EVERYTHING, "layer norm": {"layer_norm": True, "layers": 2}}


@pytest.mark.parametrize("name", variants.names())
def test_outputs_states_and_gradients_of_ragged_sequences(name):
    assert_agrees(name, "keras", 1e-5)


def test_it_can_be_compiled():
    assert_agrees("peephole", "keras", 1e-5, compiled=True)


@pytest.mark.parametrize("kind", ["regression", "labelling"])
@pytest.mark.parametrize("around", AROUND)
def test_a_network_predicts_the_same(kind, around):
    made, (x, lengths) = network("peephole", kind, **AROUND[around]), ragged()
    mask = np.arange(T) < lengths[:, None]
    with jax.enable_x64(True), jax.disable_jit():
        theirs = made.to_keras()
        found = theirs(x, mask=mask)
        np.testing.assert_allclose(found, made.predict(x, lengths), rtol=0, atol=1e-5)
        whole = np.nan_to_num(x)
        found = theirs(whole)
    np.testing.assert_allclose(found, made.predict(whole), rtol=0, atol=1e-5)


def test_a_model_is_saved_and_loaded(tmp_path):
    made = network("gru", "labelling", bidirectional=True, layers=2, residual=True, dtype="float32")
    x = np.nan_to_num(ragged()[0])
    made.to_keras().save(tmp_path / "gru.keras")
    again = keras.saving.load_model(tmp_path / "gru.keras")
    with jax.disable_jit():  # in less time than compiling takes
        np.testing.assert_allclose(again(x), made.predict(x), atol=1e-5)


def test_a_model_learns():
    made, x = network("gru", dtype="float32"), np.nan_to_num(ragged()[0]).astype("float32")
    model, y = made.to_keras(), np.ones((3, 2), "float32")
    model.compile(keras.optimizers.Adam(0.1), "mse")
    losses = model.fit(x, y, epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2


def test_a_mask_may_come_from_a_layer_below():
    made, (x, lengths) = network("gru", dtype="float32"), ragged()
    x = np.where(np.isnan(x), -9, x).astype("float32")
    model = keras.Sequential([keras.layers.Masking(-9.0), made.to_keras()])
    np.testing.assert_allclose(model(x), made.predict(x, lengths), atol=1e-5)


@pytest.fixture
def layer():
    with jax.disable_jit():
        yield module(variants.get("peephole"), "keras")["Layer"](3, 4)


def test_a_layer_s_lengths_are_a_mask_and_its_padding_may_hold_nan(layer):
    x, lengths = ragged()
    y, (h, c) = layer(x, lengths=lengths)
    masked, final = layer(x, mask=np.arange(T) < lengths[:, None])
    np.testing.assert_array_equal(y, masked)
    np.testing.assert_array_equal((h, c), final)
    np.testing.assert_array_equal(h, np.asarray(y)[np.arange(3), lengths - 1])
    both, _ = layer(x, lengths=lengths, mask=np.arange(T) != np.zeros((3, 1)))
    assert not np.asarray(both)[:, 0].any()
    assert np.isfinite(both).all()


def test_a_layer_goes_on_from_the_states_that_it_is_given(layer):
    x = np.nan_to_num(ragged()[0])
    _, states = layer(x[:, :2])
    np.testing.assert_allclose(layer(x[:, 2:], states)[0], layer(x)[0][:, 2:], atol=1e-6)


def test_states_with_an_axis_for_layers_are_refused(layer):
    x = np.nan_to_num(ragged()[0])
    _, states = layer(x[:, :2])
    with pytest.raises(ValueError, match=r"\(N, H\) each"):
        layer(x[:, 2:], [s[None] for s in states])


def test_the_cell_of_a_layer_runs_in_keras_s_own_rnn(layer):
    x, lengths = ragged()
    x, mask = np.nan_to_num(x), np.arange(T) < lengths[:, None]
    _, (h, _) = layer(x, lengths=lengths)
    np.testing.assert_array_equal(keras.layers.RNN(layer.rnn.cell)(x, mask=mask), h)


def test_a_model_with_a_layer_learns_is_saved_and_loaded_and_hands_masks_on(tmp_path):
    made = module(variants.get("antisymmetric"), "keras")["Layer"]
    inputs = keras.Input((T, 3))
    y, _ = made(3, 4, gamma=0.5)(keras.layers.Masking(-9.0)(inputs))
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling1D()(y))  # reads the mask
    x, lengths = ragged()
    x = np.where(np.isnan(x), -9, x).astype("float32")
    model.compile(keras.optimizers.SGD(0.1), "mse")
    losses = model.fit(x, np.ones((3, 4)), epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(x), model(x))
    (layer,) = (each for each in again.layers if isinstance(each, made))
    assert layer.rnn.cell.gamma == 0.5
    means = np.asarray(layer(x, lengths=lengths)[0]).sum(1) / lengths[:, None]
    np.testing.assert_allclose(again(x), means, atol=1e-6)


def test_of_no_steps_there_are_no_outputs_and_the_states_stay(layer):
    y, states = layer(np.zeros((2, 0, 3)), (np.ones((2, 4)),) * 2)
    assert y.shape == (2, 0, 4)
    np.testing.assert_array_equal(states, np.ones((2, 2, 4)))
    _, states = layer(np.zeros((2, 0, 3)), lengths=np.zeros(2))
    np.testing.assert_array_equal(states, np.zeros((2, 2, 4)))


def test_a_layer_returns_what_it_is_asked_for_as_keras_s_own_do(layer):
    made, (x, lengths) = type(layer), ragged()
    y, (h, c) = layer(x, lengths=lengths)
    for sequences, want in ((True, y), (False, h)):
        alone = made(3, 4, return_sequences=sequences, return_state=False)
        alone.set_weights(layer.get_weights())
        np.testing.assert_array_equal(alone(x, lengths=lengths), want)
    last = made(3, 4, return_sequences=False)
    last.set_weights(layer.get_weights())
    found, states = last(x, lengths=lengths)
    np.testing.assert_array_equal([found, *states], [h, h, c])


def test_a_sequential_of_layers_hands_masks_on_is_saved_and_loaded(layer, tmp_path):
    made, (x, lengths) = type(layer), ragged()
    below, above = (
        made(3, 4, return_state=False),
        made(4, 2, return_sequences=False, return_state=False),
    )
    model = keras.Sequential([keras.Input((T, 3)), keras.layers.Masking(-9.0), below, above])
    assert model.output_shape == (None, 2)
    x = np.where(np.isnan(x), -9, x).astype("float32")
    want = above(below(x, lengths=lengths), lengths=lengths)
    np.testing.assert_array_equal(model(x), want)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), want)


def test_a_cell_is_made_again_from_its_settings():
    cell = module(variants.get("antisymmetric"), "keras")["AntisymmetricCell"](4)
    config = keras.saving.serialize_keras_object(cell)
    assert keras.saving.deserialize_keras_object(config).get_config() == cell.get_config()
