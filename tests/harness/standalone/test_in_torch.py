"""Cells and networks in torch: they compute and learn what they do here."""

import numpy as np
import pytest
from helpers.agreement import assert_agrees
from helpers.networks import EVERYTHING, LENGTHS, D, T, network, targets
from helpers.written_cells import module

from gatelab import variants
from gatelab.tasks.framework.batches import Batch
from gatelab.trials.optimizers import Adam

torch = pytest.importorskip("torch")

KINDS = ["regression", "labelling"]  # reads the ends, reads every step
AROUND = {"plain": {}, "all": EVERYTHING, "layer norm": {"layer_norm": True, "layers": 2}}
NO_NOISE = {"recurrent_dropout": 0.0, "input_dropout": 0.0, "output_dropout": 0.0, "zoneout": 0.0}


@pytest.mark.parametrize("name", variants.names())
def test_outputs_states_and_gradients_of_ragged_sequences(name):
    assert_agrees(name, "torch", 1e-9)


def ragged(seed=1):
    """Sequences of different lengths, with NaN after their ends, and the lengths."""
    x = np.random.default_rng(seed).standard_normal((3, T, D))
    return np.where(np.arange(T)[:, None] < LENGTHS[:, None, None], x, np.nan), LENGTHS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("around", AROUND)
def test_a_network_predicts_the_same(kind, around):
    made, (x, lengths) = network("peephole", kind, **AROUND[around]), ragged()
    found = made.to_torch()(torch.tensor(x), torch.tensor(lengths))
    np.testing.assert_allclose(found.detach(), made.predict(x, lengths), rtol=0, atol=1e-12)
    whole = np.nan_to_num(x)
    found = made.to_torch()(torch.tensor(whole)).detach()
    np.testing.assert_allclose(found, made.predict(whole), rtol=0, atol=1e-12)


def test_a_network_in_single_precision_stays_so():
    made, (x, lengths) = network("gru", dtype="float32", layers=2), ragged()
    found = made.to_torch()(torch.tensor(x, dtype=torch.float32), torch.tensor(lengths))
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found.detach(), made.predict(x, lengths), atol=1e-5)


def test_hyperparameters_and_the_structure_of_the_cell_are_the_network_s_own():
    cell = variants.get("rhn:depth=2")()
    made, (x, lengths) = network(cell, bidirectional=True), ragged()
    found = made.to_torch()(torch.tensor(x), torch.tensor(lengths))
    np.testing.assert_allclose(found.detach(), made.predict(x, lengths), atol=1e-12)
    cell = variants.get("antisymmetric")
    (name,) = [n for n, v in variants.hyperparameters(cell).items() if isinstance(v, float)][:1]
    made = network(cell(**{name: 0.3}))
    found = made.to_torch()(torch.tensor(x), torch.tensor(lengths))
    np.testing.assert_allclose(found.detach(), made.predict(x, lengths), atol=1e-12)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's, of scripting
def test_a_network_can_be_scripted():
    made, (x, lengths) = network("peephole", **EVERYTHING).to_torch(), ragged()
    given = torch.tensor(x), torch.tensor(lengths)
    assert torch.equal(torch.jit.script(made)(*given), made(*given))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_network_is_compiled_as_one_graph():
    made, (x, lengths) = network("gru", bidirectional=True).to_torch(), ragged()
    given = torch.tensor(x[:, :2]), torch.tensor(np.minimum(lengths, 2))
    compiled = torch.compile(made, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(*given), made(*given), rtol=0, atol=1e-12)


def test_ten_updates_follow_ours():
    made, rng = (
        network("peephole", "labelling", **{**EVERYTHING, **NO_NOISE}),
        np.random.default_rng(2),
    )
    theirs = made.to_torch()
    ours, optimizer = Adam(made.theta), torch.optim.Adam(theirs.parameters(), lr=0.01)
    before = made.theta.copy()
    for seed in range(10):
        x, lengths = ragged(seed)
        y = targets("labelling", rng)
        ours.step(made.theta, made.gradient(Batch(x, y, lengths), rng).gradient, 0.01)
        optimizer.zero_grad()
        outputs = theirs(torch.tensor(x), torch.tensor(lengths))
        valid = (np.arange(T) < lengths[:, None]) & (y >= 0)
        loss = torch.nn.functional.cross_entropy(outputs[valid], torch.tensor(y[valid]))
        loss.backward()
        optimizer.step()
    assert np.abs(made.theta - before).max() > 0.03
    for name, parameter in theirs.weights().items():
        np.testing.assert_allclose(parameter.detach(), made.params[name], rtol=0, atol=1e-9)


def test_lengths_may_be_on_another_device_than_x():
    made, (x, lengths) = network("gru", bidirectional=True).to_torch().to("meta"), ragged()
    found = made(torch.tensor(x, device="meta"), torch.tensor(lengths))  # of lengths on the CPU
    assert (found.device.type, found.shape) == ("meta", (3, 2))


def test_training_there_does_not_touch_the_weights_here():
    made = network("gru")
    before = made.theta.copy()
    theirs = made.to_torch()
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.add_(1.0)
    np.testing.assert_array_equal(made.theta, before)


def test_a_layer_is_compiled_as_one_graph_and_learns():
    layer = module(variants.get("gru"), "torch")["GRU"](3, 4)
    compiled = torch.compile(layer, backend="aot_eager", fullgraph=True)  # no C++ is compiled
    optimizer, x, losses = torch.optim.Adam(layer.parameters(), lr=0.05), torch.randn(2, 2, 3), []
    for _ in range(20):
        optimizer.zero_grad()
        loss = (compiled(x)[0] - 0.5).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(("batch_first", "shape"), [(False, (0, 2, 4)), (True, (2, 0, 4))])
def test_of_no_steps_there_are_no_outputs_and_the_states_stay(batch_first, shape):
    layer = module(variants.get("peephole"), "torch")["Layer"](3, 4, batch_first=batch_first)
    y, (h, c) = layer(torch.zeros(*shape[:2], 3), (torch.ones(2, 4), torch.ones(2, 4)))
    assert y.shape == shape
    assert h.all()
    assert c.all()


def test_states_with_an_axis_for_layers_as_torch_s_own_have_are_refused():
    """They would be broadcast, without a word, to outputs of four axes."""
    layer, x = module(variants.get("peephole"), "torch")["Layer"](3, 4), torch.zeros(5, 2, 3)
    with pytest.raises(ValueError, match=r"\(N, H\) each"):
        layer(x, (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)))


def test_lengths_may_be_a_list():
    layer, x = module(variants.get("gru"), "torch")["Layer"](3, 4), torch.randn(5, 2, 3)
    y, _ = layer(x, lengths=[5, 2])
    assert torch.equal(y, layer(x, lengths=torch.tensor([5, 2]))[0])
    made, (x, lengths) = network("gru", bidirectional=True).to_torch(), ragged()
    found = made(torch.tensor(x), lengths.tolist())
    assert torch.equal(found, made(torch.tensor(x), torch.tensor(lengths)))
