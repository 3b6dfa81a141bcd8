"""Weights of torch's own modules in a network of ours."""

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab import Network
from gatelab.errors import LayerError

torch = pytest.importorskip("torch")
nn = torch.nn
D, H, LENGTHS = 3, 4, torch.tensor([5, 3, 1])


def theirs(module, x):
    """The module's outputs at all steps, and the highest level's states at the ends."""
    packed = nn.utils.rnn.pack_padded_sequence(x, LENGTHS, batch_first=True)
    y, state = module(packed)
    y, _ = nn.utils.rnn.pad_packed_sequence(y, batch_first=True)
    h = state[0] if isinstance(state, tuple) else state
    directions = 1 + module.bidirectional
    return y.detach().numpy(), torch.cat(tuple(h[-directions:]), -1).detach().numpy()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_outputs_are_the_module_s_own(kind, layers, bidirectional, bias):
    module = kind(D, H, layers, bias=bias, bidirectional=bidirectional, dtype=torch.float64)
    module.batch_first = True
    x = torch.randn(3, 5, D, dtype=torch.float64)
    y, ends = theirs(module, x)
    steps = Network.from_torch(module, "series", backend="numpy")
    found = steps.predict(x.numpy(), LENGTHS.numpy())
    np.testing.assert_allclose(found, y, rtol=0, atol=1e-12)
    last = Network.from_torch(module, "regression", backend="numpy")
    np.testing.assert_allclose(last.predict(x.numpy(), LENGTHS.numpy()), ends, rtol=0, atol=1e-12)


def test_a_linear_readout_comes_along_and_nothing_is_shared():
    class Mine(nn.GRU):
        """A user's own subclass."""

    module, readout = Mine(D, H), nn.Linear(H, 2)
    network = Network.from_torch(module, "classification", readout)
    assert (network.layer.variant.name, network.layer.dtype.name) == ("gru_reset_after", "float32")
    x = torch.randn(5, 3, D)
    logits = readout(module(x)[0][-1]).detach().numpy()
    found = network.predict(x.transpose(0, 1).numpy())
    np.testing.assert_allclose(found, logits, atol=1e-6)
    with torch.no_grad():
        readout.weight.zero_()
        module.weight_hh_l0.zero_()
    np.testing.assert_array_equal(network.predict(x.transpose(0, 1).numpy()), found)


def test_there_and_back():
    network = Network.from_torch(nn.LSTM(D, H, 2, bidirectional=True), "series")
    x = torch.randn(3, 5, D)
    found = network.to_torch()(x).detach()
    np.testing.assert_allclose(found, network.predict(x.numpy()), atol=1e-6)


@pytest.mark.parametrize(
    ("module", "readout", "message"),
    [
        (lambda: nn.Linear(D, H), None, "Linear has no counterpart; give nn.LSTM, GRU or RNN"),
        (lambda: "lstm", None, "str has no counterpart"),
        (lambda: nn.LSTMCell(D, H), None, "LSTMCell has no counterpart"),
        (lambda: nn.LSTM(D, H, proj_size=2), None, "proj_size feeds the projection back"),
        (lambda: nn.RNN(D, H, nonlinearity="relu"), None, "nonlinearity is 'relu'"),
        (lambda: nn.GRU(D, H).bfloat16(), None, "torch.bfloat16; convert it first"),
        (lambda: nn.GRU(D, H), lambda: nn.Linear(3, 2), "the readout reads 3 values; the module"),
        (lambda: nn.GRU(D, H), lambda: nn.ReLU(), "the readout is a ReLU; give a nn.Linear"),
    ],
)
def test_what_has_no_counterpart_is_refused(module, readout, message):
    with refused(LayerError, message):
        Network.from_torch(module(), "classification", readout and readout())
