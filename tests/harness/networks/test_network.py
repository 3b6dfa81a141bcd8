"""Networks: losses, gradients through readout and dropout, prediction, files."""

import json

import numpy as np
import pytest

from gatelab import Network, variants
from gatelab.errors import LayerError
from gatelab.networks.losses import LOSSES, PER_STEP
from gatelab.tasks.framework.batches import Batch
from gatelab.tasks.framework.metrics import METRICS
from gatelab.variants import Variant, VariantError, register, tanh

KINDS = {
    "regression": "mse",
    "classification": "accuracy",
    "multilabel": "legal",
    "series": "mse",
    "labelling": "accuracy",
}
LENGTHS = np.array([4, 1, 3])
N, T, D, H, K = 3, 4, 2, 3, 2


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def targets(kind, rng, n=N):
    if kind == "regression":
        return rng.standard_normal((n, K))
    if kind == "classification":
        return rng.integers(0, K, n)
    if kind == "multilabel":
        return rng.integers(0, 2, (n, T, K)).astype(float)
    if kind == "series":  # a value without target, and a step
        y = rng.standard_normal((n, T, K))
        y[0, 1, 0] = y[2, 0] = np.nan
        return y
    y = rng.integers(0, K, (n, T))
    y[0, 1] = y[2, 0] = -1
    return y


def sequences(kind, rng, n=N, lengths=LENGTHS):
    return Batch(rng.standard_normal((n, T, D)), targets(kind, rng, n), lengths)


def network(kind, seed=0, **options):
    options = {"dtype": "float64", "backend": "numpy", **options}
    made = Network(variants.get("standard")(), D, H, K, kind, **options)
    return made.init(np.random.default_rng(seed))


def slopes(f, at, h=1e-5):
    """Central differences of f at an array, one entry after the other."""
    found = np.zeros_like(at)
    for k in np.ndindex(at.shape):
        kept = at[k]
        at[k] = kept + h
        up = f()
        at[k] = kept - h
        found[k] = (up - f()) / (2 * h)
        at[k] = kept
    return found


# Losses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_a_loss_and_its_gradient_agree(kind, scale, rng):
    y, lengths = targets(kind, rng), LENGTHS if kind in PER_STEP else None
    outputs = scale * rng.standard_normal((N, T, K) if kind in PER_STEP else (N, K))
    _, gradient = LOSSES[kind](outputs, y, lengths)
    numeric = slopes(lambda: LOSSES[kind](outputs, y, lengths)[0], outputs)
    assert np.abs(numeric).max() > 1e-2
    np.testing.assert_allclose(gradient, numeric, atol=1e-8 * scale)


def test_losses_by_hand():
    assert LOSSES["regression"](np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))[0] == 2.5
    even, _ = LOSSES["classification"](np.zeros((2, 4)), np.array([0, 3]))
    assert even == pytest.approx(np.log(4))
    # Two labels at even odds cost 2 log 2 per valid step; padding costs nothing, whatever it holds.
    outputs, y = np.zeros((1, 3, 2)), np.ones((1, 3, 2))
    outputs[0, 2] = y[0, 2] = np.nan
    value, gradient = LOSSES["multilabel"](outputs, y, np.array([2]))
    assert value == pytest.approx(2 * np.log(2))
    np.testing.assert_array_equal(gradient[0], [[-0.25, -0.25], [-0.25, -0.25], [0, 0]])


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_a_loss_over_some_steps_is_that_of_these_steps_alone(kind, without, rng):
    """Whatever stands elsewhere, in the outputs too; and the mean is over targets, not steps."""
    y, outputs = targets(kind, rng), rng.standard_normal((N, T, K))
    y[0, 1] = without
    where = [(0, 0), (0, 2), (0, 3), (1, 0), (2, 1), (2, 2)]  # by LENGTHS, less 0 1 and 2 0
    alone = LOSSES["regression" if kind == "series" else "classification"]
    chosen = tuple(zip(*where, strict=True))
    value, gradient = alone(outputs[chosen], y[chosen])
    for n, t in np.ndindex(N, T):
        if (n, t) not in where:
            outputs[n, t] = np.nan
    found, bar = LOSSES[kind](outputs, y, LENGTHS)
    assert found == pytest.approx(value)
    np.testing.assert_allclose(bar[chosen], gradient)
    assert np.count_nonzero(bar) == gradient.size


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_a_batch_without_a_target_costs_nothing(kind, without, rng):
    y = np.full((N, T, K) if kind == "series" else (N, T), without)
    y[1, 1:] = 1  # past the end
    value, gradient = LOSSES[kind](rng.standard_normal((N, T, K)), y, LENGTHS)
    assert value == 0
    np.testing.assert_array_equal(gradient, np.zeros((N, T, K)))


@pytest.mark.parametrize("kind", ["series", "labelling"])
def test_losses_of_steps_keep_single_precision(kind, rng):
    y, outputs = targets(kind, rng), rng.standard_normal((N, T, K)).astype(np.float32)
    y = y.astype(np.float32) if kind == "series" else y
    assert LOSSES[kind](outputs, y, LENGTHS)[1].dtype == np.float32


@pytest.mark.parametrize("kind", ["classification", "multilabel", "labelling"])
def test_certain_logits_neither_overflow_nor_lose_their_single_precision(kind):
    shape = (1, 2) if kind == "classification" else (1, 1, 2)
    outputs = np.array([1e4, -1e4], np.float32).reshape(shape)
    y = np.array([[[0, 1]]], np.float32) if kind == "multilabel" else np.ones(shape[:-1], int)
    value, gradient = LOSSES[kind](outputs, y)
    assert value == pytest.approx(2e4)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient.ravel(), [1, -1])


# Gradients ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "ragged"])
@pytest.mark.parametrize("kind", KINDS)
def test_gradient_of_everything_with_a_fixed_dropout_mask(kind, lengths, backend, rng):
    batch = sequences(kind, rng, lengths=lengths)
    made = network(kind, backend=backend, input_dropout=0.3, output_dropout=0.4)
    made.theta += 0.1 * rng.standard_normal(made.size)  # biases that are not zero, too
    loss = lambda: made.gradient(batch, np.random.default_rng(5))[0]
    flat = made.gradient(batch, np.random.default_rng(5))[2]
    np.testing.assert_allclose(flat, slopes(loss, made.theta), atol=1e-9)
    assert all(np.abs(part).max() > 1e-6 for part in made._named(flat).values())


def test_dropout_scales_what_it_keeps_draws_anew_and_is_off_when_predicting(rng):
    made = network("regression", input_dropout=0.5)
    masks, batch = set(), sequences("regression", rng, lengths=None)
    for seed in range(5):
        masks.add(made.gradient(batch, np.random.default_rng(seed))[0])
    assert len(masks) == 5
    plain = network("regression")
    np.testing.assert_array_equal(made.predict(batch.x), plain.predict(batch.x))
    same = plain.gradient(batch, np.random.default_rng(0))[1]
    np.testing.assert_allclose(same, plain.predict(batch.x))
    readout = network("regression", output_dropout=0.5)
    many = Batch(np.repeat(batch.x[:1], 20_000, 0), np.zeros((20_000, K)))
    mean = readout.gradient(many, np.random.default_rng(0))[1].mean(0)
    np.testing.assert_allclose(mean, plain.predict(batch.x[:1])[0], atol=5e-3)


# Prediction --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_prediction_in_chunks_is_prediction_one_by_one(kind, rng):
    made, lengths = network(kind), np.array([4, 1, 3, 2, 4, 4, 4])
    batch = sequences(kind, rng, 7, lengths)
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
        (np.zeros((2, 4, 3)), None, "give sequences"),
        (np.zeros((2, 4, 2), int), None, "give floats"),
        (np.zeros((0, 4, 2)), None, "at least 1"),
        (np.zeros((2, 0, 2)), None, "at least 1"),
        (np.zeros((2, 4, 2)), np.array([4]), "2 sequences"),
        (np.zeros((2, 4, 2)), np.array([4, 5]), "5"),
        (np.zeros((2, 4, 2)), np.array([4, 0]), "0"),
        (np.zeros((2, 4, 2)), np.array([4.0, 3.0]), "integers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(x, lengths, complaint):
    with pytest.raises(LayerError, match=complaint):
        network("classification").predict(x, lengths)


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


# Files -------------------------------------------------------------------------------------------


def forget(name):
    variants.language.registry._REGISTRY.pop(name, None)


@pytest.fixture
def decaying():
    @register("decaying")
    class Decaying(Variant):
        beta = 0.5

        def step(self, p, x, h):
            return self.beta * h + tanh(p.W_z @ x + p.R_z @ h + p.b_z)

    yield Decaying
    forget("decaying")


def saved(tmp_path, cell, **settings):
    made = Network(cell(**settings), D, H, K, "classification").init(np.random.default_rng(0))
    made.save(tmp_path / "w.npz")
    return made, tmp_path / "w.npz"


def test_a_saved_network_predicts_as_before_and_holds_no_pickle(decaying, tmp_path, rng):
    made, path = saved(tmp_path, decaying, beta=0.75)
    x = rng.standard_normal((5, T, D)).astype(np.float32)
    loaded = Network.load(path)
    assert loaded.layer.variant.beta == 0.75
    np.testing.assert_array_equal(loaded.predict(x), made.predict(x))
    with np.load(path, allow_pickle=False) as file:  # raises if any entry needs pickle
        assert {name: file[name].dtype.kind for name in file.files}["about"] == "U"
    near = Network.load(path, backend="numpy").predict(x)
    np.testing.assert_allclose(near, made.predict(x), atol=1e-6)


def test_a_path_without_a_suffix_is_loaded_as_it_was_saved(tmp_path, rng):
    network("regression").save(tmp_path / "best")
    assert Network.load(tmp_path / "best").kind == "regression"


def test_a_cell_with_other_equations_or_none_is_refused(decaying, tmp_path):
    _, path = saved(tmp_path, decaying)
    forget("decaying")
    with pytest.raises(VariantError, match=r"decaying.*import"):
        Network.load(path)

    @register("decaying")
    class Other(Variant):
        beta = 0.5

        def step(self, p, x, h):
            return self.beta * h - tanh(p.W_z @ x + p.R_z @ h + p.b_z)

    with pytest.raises(LayerError, match="other equations"):
        Network.load(path)


@pytest.mark.parametrize(
    "spoil",
    [
        "absent",
        "folder",
        "text",
        "empty",
        "cut",
        "npy",
        "foreign",
        "about",
        "lacks V",
        "extra",
        "V",
    ],
)
def test_what_is_no_saved_network_is_refused(spoil, tmp_path):
    network("classification").save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    path = tmp_path / "bad.npz"
    changed = {
        "foreign": {"a": np.ones(2)},
        "about": {"about": np.array(json.dumps({"variant": "gru"}))},
        "lacks V": {name: array for name, array in arrays.items() if name != "V"},
        "extra": {**arrays, "Q": np.ones(1)},
        "V": {**arrays, "V": np.ones(H)},  # would broadcast
    }
    if spoil in changed:
        np.savez(path, **changed[spoil])
    elif spoil == "npy":
        np.save(tmp_path / "x.npy", np.ones(3))
        path = tmp_path / "x.npy"
    elif spoil == "folder":
        path = tmp_path
    elif spoil != "absent":
        whole = (tmp_path / "w.npz").read_bytes()
        path.write_bytes({"text": b"hello", "empty": b"", "cut": whole[:300]}[spoil])
    with pytest.raises(LayerError, match="is not a saved network") as refused:
        Network.load(path)
    assert "\n" not in str(refused.value)
