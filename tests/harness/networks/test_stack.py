"""Several layers, two directions, residuals, projections, noise: gradients, ends, names, files."""

import json

import numpy as np
import pytest
from oracles.odd_cells import Curves, Linear, ManyStates

from gatelab import Layer, Network, Study, tasks, variants
from gatelab.errors import LayerError, StudyError
from gatelab.networks import dropout
from gatelab.networks.draws import Draws
from gatelab.networks.level import flipped
from gatelab.tasks.framework.batches import Batch
from gatelab.tasks.framework.metrics import METRICS
from gatelab.trials.settings import complete
from gatelab.trials.trial import run_trial, splits_of

T, D, H, K = 5, 3, 4, 2
LENGTHS = np.array([5, 1, 3])
STEP = 3e-4
EVERYTHING = {
    "layers": 2, "bidirectional": True, "residual": True, "projection": 3, "embedding": 2,
    "recurrent_dropout": 0.3, "zoneout": 0.2, "input_dropout": 0.2, "output_dropout": 0.3,
}  # fmt: skip
CELLS = {
    "standard": variants.get("standard"),
    "gru": variants.get("gru"),
    "peephole": variants.get("peephole"),
    "five states": ManyStates,
    "stabilised": Curves,
}


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def network(cell="standard", kind="regression", seed=0, **options):
    options = {"dtype": "float64", "backend": "numpy", **options}
    made = Network(CELLS[cell](), D, H, K, kind, **options)
    rng = np.random.default_rng(seed)
    made.init(rng)
    made.theta += 0.3 * rng.standard_normal(made.size)  # biases that are not zero, too
    return made


def batch(kind, rng, lengths=LENGTHS):
    n = len(LENGTHS)
    y = rng.standard_normal((n, K)) if kind == "regression" else rng.integers(0, 2, (n, T, K))
    return Batch(rng.standard_normal((n, T, D)), y, lengths)


def cut(sequences, k):
    """One sequence of a batch, without its padding: (T, D)."""
    return sequences.x[k, : sequences.lengths[k]]


# Gradients ---------------------------------------------------------------------------------------


def assert_gradient(made, sequences, rng):
    """Differences of fourth order, along a direction per parameter and one through all of them."""
    loss = lambda: made.gradient(sequences, np.random.default_rng(5))[0]
    flat = made.gradient(sequences, np.random.default_rng(5))[2]
    start, everywhere = made.theta.copy(), rng.standard_normal(made.size)
    directions = {"all": everywhere}
    for name in made.shapes:
        directions[name] = np.zeros(made.size)
        made._named(directions[name])[name][...] = made._named(everywhere)[name]
    for name, direction in directions.items():
        losses = {}
        for k in (-2, -1, 1, 2):
            made.theta[:] = start + k * STEP * direction
            losses[k] = loss()
        made.theta[:] = start
        slope = (8 * (losses[1] - losses[-1]) - losses[2] + losses[-2]) / (12 * STEP)
        # 1e-12: what rounding of the losses leaves of such a difference.
        assert flat @ direction == pytest.approx(slope, rel=1e-6, abs=1e-12), name
        # The bias of a leading exponential gate cancels; nothing else may be without effect.
        assert abs(slope) > 1e-7 or (type(made.layer.variant) is Curves and name[-3:] == "b_i")


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
@pytest.mark.parametrize("cell", CELLS)
def test_gradient_of_two_ragged_levels_in_both_directions_with_fixed_masks(cell, kind, rng):
    assert_gradient(network(cell, kind, **EVERYTHING), batch(kind, rng), rng)


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
def test_the_compiled_loop_has_that_gradient_too(kind, rng):
    sequences = batch(kind, rng)
    results = [
        network("standard", kind, backend=backend, **EVERYTHING).gradient(
            sequences, np.random.default_rng(5)
        )
        for backend in ("numpy", "numba")
    ]
    np.testing.assert_allclose(results[0][2], results[1][2], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
@pytest.mark.parametrize(
    "options",
    [
        {"layers": 3, "residual": True},
        {"bidirectional": True},
        {"layers": 2, "bidirectional": True, "residual": True, "output_dropout": 0.3},
        {"projection": 2, "zoneout": 0.3},
        {"layers": 2, "layer_norm": True, "recurrent_dropout": 0.4},
    ],
    ids=lambda options: " ".join(options),
)
def test_gradient_of_some_of_it(options, kind, rng):
    sequences = batch(kind, rng, None if options.get("layers") == 3 else LENGTHS)
    assert_gradient(network("standard", kind, **options), sequences, rng)


# What the levels compute -------------------------------------------------------------------------


def by_hand(made, x):
    """The outputs of a network for one sequence (T, D), every direction run by itself."""
    layer = lambda inputs: Layer(made.layer.variant, inputs.shape[1], H, "float64", "numpy")
    steps, ends = x, None
    for k in range(len(made.stack.levels)):
        own = made.stack.level_params(k, made.params)
        run = lambda x, name, own=own: layer(x).forward(
            {n: own[name + n] for n in made.layer.shapes}, x[:, None]
        )
        ahead, back = run(steps, ""), run(steps[::-1], "reversed.")
        out = np.concatenate([ahead[0][:, 0], back[0][::-1, 0]], 1) @ own["P"].T
        end = np.concatenate([ahead[1][0][0], back[1][0][0]]) @ own["P"].T
        steps, ends = (out + steps, end + ends) if k else (out, end)
    seen = steps if made.kind == "multilabel" else ends
    return seen @ made.params["V"].T + made.params["a"]


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("kind", ["regression", "multilabel"])
def test_each_direction_of_a_ragged_batch_is_each_sequence_run_alone(kind, backend, rng):
    wiring = {"layers": 2, "bidirectional": True, "residual": True, "projection": 3}
    made, sequences = network("peephole", kind, backend=backend, **wiring), batch(kind, rng)
    sequences.x[1, 1:] = np.nan  # padding that nobody may look at
    found = made.predict(sequences.x, LENGTHS)
    for k, steps in enumerate(LENGTHS):
        mine = found[k, :steps] if kind == "multilabel" else found[k]
        np.testing.assert_allclose(mine, by_hand(made, cut(sequences, k)), atol=1e-12)
    assert np.isfinite(made.gradient(sequences, rng)[2]).all()


def test_flipping_reverses_each_sequence_and_leaves_its_padding(rng):
    x = np.arange(10.0).reshape(5, 1, 2)
    np.testing.assert_array_equal(flipped(x, None)[:, 0, 0], [8, 6, 4, 2, 0])
    turned = flipped(x, np.array([3, 5]))[:, 0]
    np.testing.assert_array_equal(turned[:, 0], [4, 2, 0, 6, 8])
    np.testing.assert_array_equal(turned[:, 1], [9, 7, 5, 3, 1])


def torch_twin(made):
    """torch.nn.LSTM with the weights of a bidirectional network of two levels."""
    torch = pytest.importorskip("torch", reason="torch is not installed: its LSTM is not compared")
    module = torch.nn.LSTM(D, H, num_layers=2, bidirectional=True).double()
    weights = {}
    for k in range(2):
        for ours, theirs in (("", ""), ("reversed.", "_reverse")):
            rows = lambda kind, at=f"{k + 1}.{ours}": np.concatenate(
                [made.params[f"{at}{kind}_{gate}"] for gate in "ifgo"]
            )
            weights |= {
                f"weight_ih_l{k}{theirs}": rows("W"),
                f"weight_hh_l{k}{theirs}": rows("R"),
                f"bias_ih_l{k}{theirs}": rows("b"),
                f"bias_hh_l{k}{theirs}": np.zeros(4 * H),
            }
    module.load_state_dict({name: torch.tensor(w) for name, w in weights.items()})
    return torch, module


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
def test_two_bidirectional_levels_are_those_of_torch(kind, rng):
    made, sequences = network("standard", kind, layers=2, bidirectional=True), batch(kind, rng)
    torch, module = torch_twin(made)
    x = torch.tensor(np.moveaxis(sequences.x, 0, 1))
    pack = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(LENGTHS), enforce_sorted=False)
    packed, (final, _) = module(pack)
    if kind == "regression":
        seen = torch.cat([final[-2], final[-1]], 1)
    else:
        seen = torch.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)[0]
    V, a = torch.tensor(made.params["V"]), torch.tensor(made.params["a"])
    outputs = seen @ V.T + a
    np.testing.assert_allclose(made.predict(sequences.x, LENGTHS), outputs.detach(), atol=1e-12)
    bar = made.loss(outputs.detach().numpy(), sequences.y, LENGTHS)[1]
    outputs.backward(torch.tensor(bar))
    grads = made._named(made.gradient(sequences, rng)[2])
    for k in range(2):
        for ours, theirs in (("", ""), ("reversed.", "_reverse")):
            for kind_, name in (("W", "weight_ih"), ("R", "weight_hh"), ("b", "bias_ih")):
                parts = getattr(module, f"{name}_l{k}{theirs}").grad.chunk(4)
                for gate, part in zip("ifgo", parts, strict=True):
                    mine = grads[f"{k + 1}.{ours}{kind_}_{gate}"]
                    np.testing.assert_allclose(mine, part, atol=1e-12)


# Noise -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["recurrent_dropout", "zoneout", "output_dropout"])
def test_noise_is_drawn_anew_and_not_when_predicting(option, rng):
    sequences = batch("regression", rng)
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
    sequences, found = batch("multilabel", rng), []
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


# Names, sizes, refusals --------------------------------------------------------------------------


def test_a_single_layer_keeps_its_names_and_deeper_ones_are_numbered():
    assert [*network().shapes][-2:] == ["V", "a"]
    assert {"W_i", "R_o", "b_f"} < {*network().shapes}
    shapes = network(**EVERYTHING).shapes
    assert shapes["E"] == (2, D)
    assert shapes["1.W_i"] == (H, 2)
    assert shapes["2.W_i"] == shapes["2.reversed.W_i"] == (H, 3)
    assert shapes["1.P"] == shapes["2.P"] == (3, 2 * H)
    assert shapes["V"] == (K, 3)
    deep = network(layers=2, bidirectional=True)
    assert deep.shapes["2.reversed.W_g"] == (H, 2 * H)
    assert deep.shapes["V"] == (K, 2 * H)
    for embedding in (None, 2):
        look = network(layers=2, embedding=embedding).states_over_time(np.ones((T, D)))
        assert look["h"].shape == (T, H)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"layers": 0}, "layers is 0"),
        ({"projection": 0}, "projection is 0"),
        ({"embedding": 0}, "embedding is 0"),
        ({"bidirectional": 1}, "bidirectional is 1; give True or False"),
        ({"zoneout": 1.0}, "zoneout is 1.0"),
        ({"recurrent_dropout": -0.1}, "recurrent_dropout is -0.1"),
    ],
)
def test_impossible_wirings_are_refused(options, complaint):
    with pytest.raises(LayerError, match=complaint):
        network(**options)


# Files -------------------------------------------------------------------------------------------


def test_a_deep_network_comes_back_with_its_zoneout_and_without_its_dropout(tmp_path, rng):
    made, x = network(**EVERYTHING), rng.standard_normal((3, T, D))
    made.save(tmp_path / "w.npz")
    loaded = Network.load(tmp_path / "w.npz", backend="numpy")
    assert loaded.rates == dropout.Rates(zoneout=0.2)
    np.testing.assert_array_equal(loaded.predict(x, LENGTHS), made.predict(x, LENGTHS))


def test_a_file_from_before_there_were_levels_is_read(tmp_path, rng):
    made, x = network(), rng.standard_normal((3, T, D))
    made.save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    about = json.loads(str(arrays.pop("about")))
    for name in ("layers", "bidirectional", "residual", "projection", "layer_norm", "embedding"):
        del about[name]
    del about["zoneout"]
    np.savez(tmp_path / "old.npz", about=np.array(json.dumps(about)), **arrays)
    old = Network.load(tmp_path / "old.npz", backend="numpy")
    np.testing.assert_array_equal(old.predict(x), made.predict(x))


# Settings of a study -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"bidirectional": 1}, "bidirectional is 1; give True or False"),
        ({"layer_norm": "yes"}, "layer_norm is 'yes'; give True or False"),
        ({"layers": 0}, "layers is 0; give a whole number"),
        ({"projection": 2.5}, "projection is 2.5; give a whole number"),
        ({"recurrent_dropout": 1.0}, "recurrent_dropout is 1.0; give a share"),
        ({"zoneout": -0.1}, "zoneout is -0.1; give a share"),
        ({"init": "xavier"}, "init is 'xavier'; known: uniform"),
    ],
)
def test_settings_out_of_range_are_refused(given, complaint):
    with pytest.raises(StudyError, match=complaint) as refused:
        complete(given)
    assert "\n" not in str(refused.value)


def test_a_trial_of_everything_trains_and_is_read_again(tmp_path):
    """float32 and the compiled loop, as in a study; strings of a grammar, a label at every step."""
    task = tasks.make("embedded_reber", valid_sequences=32, test_sequences=32)
    given = EVERYTHING | {"hidden": 8, "updates": 60, "lr": 0.02, "init": "orthogonal"}
    splits, path = splits_of(task, 0), tmp_path / "w.npz"
    run = lambda: run_trial(task, CELLS["peephole"], given, 0, 0, splits, weights=path)
    record = run()
    losses = record["curves"]["valid/loss"]
    assert record["state"] == "complete"
    assert min(losses) < 0.8 * losses[0]
    assert record["params"] == record["params"] | given
    loaded = Network.load(path)
    assert loaded.evaluate(splits.test, METRICS["legal"])[1] == record["best"]["test_legal"]
    assert loaded.states_over_time(splits.test.x[0])["c"].shape == (splits.test.x.shape[1], 8)
    assert run()["curves"] == record["curves"]


def test_a_cell_that_cannot_be_normalised_is_refused_before_the_study():
    @variants.register("linear")
    class Registered(Linear):
        pass

    for asked in ({"settings": {"layer_norm": True}}, {"search": {"layer_norm": [False, True]}}):
        with pytest.raises(variants.VariantError, match="normalis"):
            Study(["adding"], ["standard", "linear"], **asked)
    Study(["adding"], ["standard", "linear"])
