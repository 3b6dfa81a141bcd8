"""Several layers, two directions, residuals, projections: gradients and outputs by other means."""

import numpy as np
import pytest
from helpers.differences import slope
from helpers.layers import each_backend
from helpers.networks import EVERYTHING, LENGTHS, D, H, batch_of, network
from helpers.packages import needs
from oracles.odd_cells import Curves, ManyStates

from gatelab import Layer, variants
from gatelab.networks.level import flipped

CELLS = {
    **{name: variants.get(name) for name in ("standard", "gru", "peephole")},
    "five states": ManyStates,
    "stabilised": Curves,
}


def cut(sequences, k):
    """One sequence of a batch, without its padding: (T, D)."""
    return sequences.x[k, : sequences.lengths[k]]


def assert_gradient(made, sequences, rng):
    """By differences, along a direction for each parameter and one through all of them."""
    loss = lambda: made.gradient(sequences, np.random.default_rng(5))[0]
    flat = made.gradient(sequences, np.random.default_rng(5))[2]
    everywhere = rng.standard_normal(made.size)
    directions = {"all": everywhere}
    for name in made.shapes:
        directions[name] = np.zeros(made.size)
        made._named(directions[name])[name][...] = made._named(everywhere)[name]
    for name, direction in directions.items():
        want = slope(loss, made.theta, direction)
        # 1e-12: what rounding of the losses leaves of such a difference.
        assert flat @ direction == pytest.approx(want, rel=1e-6, abs=1e-12), name
        # The bias of a leading exponential gate cancels; nothing else may be without effect.
        assert abs(want) > 1e-7 or (type(made.layer.variant) is Curves and name[-3:] == "b_i")


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
@pytest.mark.parametrize("cell", CELLS)
def test_gradient_of_two_ragged_levels_in_both_directions_with_fixed_masks(cell, kind, rng):
    assert_gradient(network(CELLS[cell], kind, **EVERYTHING), batch_of(kind, rng), rng)


@pytest.mark.parametrize("kind", ["regression", "multilabel"])
def test_the_compiled_loop_has_that_gradient_too(kind, rng):
    sequences = batch_of(kind, rng)
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
    sequences = batch_of(kind, rng, lengths=None if options.get("layers") == 3 else LENGTHS)
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


@each_backend
@pytest.mark.parametrize("kind", ["regression", "multilabel"])
def test_each_direction_of_a_ragged_batch_is_each_sequence_run_alone(kind, backend, rng):
    wiring = {"layers": 2, "bidirectional": True, "residual": True, "projection": 3}
    made, sequences = network("peephole", kind, backend=backend, **wiring), batch_of(kind, rng)
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
    torch = needs("torch")
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
    made, sequences = network("standard", kind, layers=2, bidirectional=True), batch_of(kind, rng)
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
