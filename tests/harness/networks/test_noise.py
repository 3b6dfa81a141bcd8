"""Dropout and zoneout of a network: what is drawn, how often, under which name."""

import numpy as np
import pytest
from helpers.networks import LENGTHS, D, H, K, N, T, batch_of, network

from gatelab import Layer, variants
from gatelab.errors import LayerError
from gatelab.networks import dropout
from gatelab.networks.draws import Draws


@pytest.mark.parametrize("option", ["recurrent_dropout", "zoneout", "output_dropout"])
def test_noise_is_drawn_anew_and_not_when_predicting(option, rng):
    sequences = batch_of("regression", rng)
    made = network(**{option: 0.5}, layers=2)
    losses = {made.gradient(sequences, np.random.default_rng(seed))[0] for seed in range(5)}
    assert len(losses) == 5
    np.testing.assert_array_equal(*(made.predict(sequences.x, LENGTHS) for _ in range(2)))
    same = network(layers=2).predict(sequences.x, LENGTHS) == made.predict(sequences.x, LENGTHS)
    assert same.all() == (option != "zoneout")


def test_a_recurrent_mask_is_one_per_sequence_and_zoneout_draws_every_step(rng):
    rates = dropout.Rates(recurrent=0.25, zoneout=0.25)
    layer = Layer(variants.get("standard")(), D, 40, "float32", "numpy", rates.noise)
    arrays = dropout.noise(layer, rates, 50, 30, Draws.from_rng(rng))
    assert {name: a.shape for name, a in arrays.items()} == {
        "recurrent": (1, 40, 30), "zoneout_output": (50, 40, 30), "zoneout_memory": (50, 40, 30)
    }  # fmt: skip
    assert {a.dtype for a in arrays.values()} == {np.dtype("float32")}
    assert sorted(np.unique(arrays["recurrent"])) == pytest.approx([0, 1 / 0.75])
    assert arrays["recurrent"].mean() == pytest.approx(1, abs=0.06)
    for name in ("zoneout_output", "zoneout_memory"):
        assert sorted(np.unique(arrays[name])) == [0, 1]
        assert arrays[name].mean() == pytest.approx(0.25, abs=0.01)
    assert (arrays["zoneout_output"] != arrays["zoneout_memory"]).any()


def test_each_mask_has_a_name_and_other_noise_does_not_move_it(monkeypatch, rng):
    drawn, mask = [], dropout.mask

    def kept(shape, share, draws, name, dtype):
        drawn.append((f"{draws.prefix}{name}", mask(shape, share, draws, name, dtype)))
        return drawn[-1][1]

    monkeypatch.setattr(dropout, "mask", kept)
    sequences, found = batch_of("multilabel", rng), []
    few = {"input_dropout": 0.5, "output_dropout": 0.5}
    for options in (few, {**few, "zoneout": 0.5, "recurrent_dropout": 0.5, "bidirectional": True}):
        drawn.clear()
        network("gru", "multilabel", layers=2, projection=3, **options).gradient(
            sequences, np.random.default_rng(7)
        )
        assert len({name for name, _ in drawn}) == len(drawn)
        found.append({name: array for name, array in drawn if array is not None})
    assert {*found[0]} == {"input", "1.steps", "2.steps"}
    for name, array in found[0].items():
        np.testing.assert_array_equal(found[1][name], array)
    assert {"1.recurrent", "1.reversed.recurrent", "2.recurrent"} <= {*found[1]}
    assert (found[1]["1.recurrent"] != found[1]["1.reversed.recurrent"]).any()


def test_zoneout_predicts_with_its_mean():
    """After one step from zero, h is the share of the new value that is let through."""
    x = np.ones((1, 1, D))
    plain, made = network(), network(zoneout=0.25)
    readout = plain.params["a"]
    expected = 0.75 * (plain.predict(x) - readout) + readout
    np.testing.assert_allclose(made.predict(x), expected, atol=1e-14)


# Gaussian noise on inputs -------------------------------------------------------------------------


def gaussian(seed, features):
    """What a network adds to inputs (N, T, D), for a standard deviation of 1."""
    drawn = Draws.from_rng(np.random.default_rng(seed))("input noise")
    return drawn.standard_normal((T, features, N), np.float32).transpose(2, 0, 1).astype(float)


@pytest.mark.parametrize("others", [{}, {"zoneout": 0.5, "output_dropout": 0.5}])
def test_input_noise_is_added_to_x_and_moves_nothing_else(others, rng):
    """The gradient is that of the noisy inputs, whatever else is drawn."""
    sequences = batch_of("regression", rng)
    noisy = sequences._replace(x=sequences.x + 0.3 * gaussian(7, D))
    ours = network(input_noise=0.3, **others).gradient(sequences, np.random.default_rng(7))
    same = network(**others).gradient(noisy, np.random.default_rng(7))
    np.testing.assert_allclose(ours.gradient, same.gradient, rtol=1e-12, atol=1e-12)
    made = network(input_noise=0.3)
    np.testing.assert_array_equal(made.predict(sequences.x), network().predict(sequences.x))


def test_with_an_embedding_it_is_the_embedding_that_gets_the_noise(rng):
    sequences = batch_of("regression", rng)
    made = network(embedding=2, input_noise=0.3)
    read = sequences.x @ made.params["E"].T + 0.3 * gaussian(7, 2)
    plain = network(sizes=(2, H, K))
    for name, value in plain.params.items():
        value[...] = made.params[name]
    ours = made.gradient(sequences, np.random.default_rng(7))
    theirs = plain.gradient(sequences._replace(x=read), np.random.default_rng(7))
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)


def test_input_noise_is_standard_normal_times_its_deviation(rng):
    x = np.zeros((200, 5, 30), np.float32)
    drawn = dropout.add_noise(x, 0.25, Draws.from_rng(rng))
    assert drawn.dtype == np.float32
    assert drawn.std() == pytest.approx(0.25, rel=0.02)
    assert drawn.mean() == pytest.approx(0, abs=0.005)
    assert dropout.add_noise(x, 0.0, Draws.from_rng(rng)) is x
    assert dropout.add_noise(x, 0.25, None) is x


@pytest.mark.parametrize("bad", [-0.1, np.inf, np.nan, "much"])
def test_noise_that_is_no_deviation_is_refused(bad):
    with pytest.raises(LayerError, match=r"input_noise is .*; give a number from 0 up"):
        network(input_noise=bad)
