"""Networks of one layer: gradients through readout and dropout, predictions, refusals."""

import numpy as np
import pytest
from helpers.differences import slopes
from helpers.layers import each_backend
from helpers.networks import LENGTHS, D, H, K, T, batch_of, network

from gatelab import Network, variants
from gatelab.errors import LayerError
from gatelab.networks.losses import LOSSES, PER_STEP
from gatelab.tasks.framework.batches import Batch
from gatelab.tasks.framework.metrics import METRICS

KINDS = {
    "regression": "mse",
    "classification": "accuracy",
    "multilabel": "legal",
    "series": "mse",
    "labelling": "accuracy",
}


@each_backend
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "ragged"])
@pytest.mark.parametrize("kind", KINDS)
def test_gradient_of_everything_with_a_fixed_dropout_mask(kind, lengths, backend, rng):
    batch = batch_of(kind, rng, lengths=lengths)
    made = network(kind=kind, backend=backend, input_dropout=0.3, output_dropout=0.4)
    loss = lambda: made.gradient(batch, np.random.default_rng(5))[0]
    flat = made.gradient(batch, np.random.default_rng(5))[2]
    np.testing.assert_allclose(flat, slopes(loss, made.theta), atol=1e-9)
    assert all(np.abs(part).max() > 1e-6 for part in made._named(flat).values())


def test_dropout_scales_what_it_keeps_draws_anew_and_is_off_when_predicting(rng):
    made = network(moved=0, input_dropout=0.5)
    masks, batch = set(), batch_of("regression", rng, lengths=None)
    for seed in range(5):
        masks.add(made.gradient(batch, np.random.default_rng(seed))[0])
    assert len(masks) == 5
    plain = network(moved=0)
    np.testing.assert_array_equal(made.predict(batch.x), plain.predict(batch.x))
    same = plain.gradient(batch, np.random.default_rng(0))[1]
    np.testing.assert_allclose(same, plain.predict(batch.x))
    readout = network(moved=0, output_dropout=0.5)
    many = Batch(np.repeat(batch.x[:1], 20_000, 0), np.zeros((20_000, K)))
    mean = readout.gradient(many, np.random.default_rng(0))[1].mean(0)
    np.testing.assert_allclose(mean, plain.predict(batch.x[:1])[0], atol=5e-3)


# Prediction --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_prediction_in_chunks_is_prediction_one_by_one(kind, rng):
    made, lengths = network(kind=kind), np.array([T, 1, 3, 2, T, T, T])
    batch = batch_of(kind, rng, 7, lengths)
    whole = made.predict(batch.x, lengths)
    assert whole.shape == ((7, T, K) if kind in PER_STEP else (7, K))
    np.testing.assert_allclose(made.predict(batch.x, lengths, batch=3), whole, atol=1e-14)
    for k, steps in enumerate(lengths):
        alone = made.predict(batch.x[k : k + 1, :steps])[0]
        np.testing.assert_allclose(alone, whole[k][:steps] if whole.ndim == 3 else whole[k])
    value, score = made.evaluate(batch, METRICS[KINDS[kind]])
    assert value == pytest.approx(LOSSES[kind](whole, batch.y, lengths)[0])
    assert score == METRICS[KINDS[kind]].score(whole, batch.y, lengths)


@pytest.mark.parametrize(
    ("x", "lengths", "complaint"),
    [
        (np.zeros((2, 4)), None, "give sequences"),
        (np.zeros((2, 4, D + 1)), None, "give sequences"),
        (np.zeros((2, 4, D), int), None, "give floats"),
        (np.zeros((0, 4, D)), None, "at least 1"),
        (np.zeros((2, 0, D)), None, "at least 1"),
        (np.zeros((2, 4, D)), np.array([4]), "2 sequences"),
        (np.zeros((2, 4, D)), np.array([4, 5]), "5"),
        (np.zeros((2, 4, D)), np.array([4, 0]), "0"),
        (np.zeros((2, 4, D)), np.array([4.0, 3.0]), "integers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(x, lengths, complaint):
    with pytest.raises(LayerError, match=complaint):
        network(kind="classification").predict(x, lengths)


@pytest.mark.parametrize("outputs", [0, -1, 1.5])
def test_a_number_of_outputs_that_is_none_is_refused(outputs):
    with pytest.raises(LayerError, match="outputs"):
        Network(variants.get("rnn")(), D, H, outputs, "regression")


def test_other_impossible_networks_are_refused():
    with pytest.raises(LayerError, match="regresion"):
        Network(variants.get("rnn")(), D, H, K, "regresion")
    for share in (1.0, -0.1, float("nan")):
        with pytest.raises(LayerError, match="input_dropout"):
            Network(variants.get("rnn")(), D, H, K, "regression", input_dropout=share)
