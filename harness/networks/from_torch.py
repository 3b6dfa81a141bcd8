"""Weights of torch's LSTM, GRU and RNN in a network of ours; torch itself is not imported here."""

from itertools import product

import numpy as np

from gatelab import variants

from ..errors import LayerError
from .level import DIRECTIONS

#: Per module of torch: the cell, and the letters of its gates in the order of torch's rows.
CELLS = {
    "LSTM": ("standard", "ifgo"),
    "GRU": ("gru_reset_after", "rzn"),
    "RNN": ("rnn", "h"),
}


def network_of(cls, module, kind, readout, backend):
    """A network with a module's weights; see ``Network.from_torch``."""
    cell, gates = CELLS[_checked(module)]
    width = module.hidden_size * (2 if module.bidirectional else 1)
    V, a = _readout(readout, width)
    network = cls(
        variants.get(cell), module.input_size, module.hidden_size, len(V), kind,
        layers=module.num_layers, bidirectional=module.bidirectional, backend=backend,
        dtype=_array(module.weight_ih_l0).dtype,
    )  # fmt: skip
    network.params["V"][...], network.params["a"][...] = V, a
    for k, d in product(range(module.num_layers), range(1 + module.bidirectional)):
        own = network.stack.level_params(k, network.params)
        for name, value in _cell(module, f"_l{k}{'_reverse' * d}", gates).items():
            own[DIRECTIONS[d] + name][...] = value
    return network


def _checked(module):
    """The name of a module that has a counterpart here."""
    bases = [c.__name__ for c in type(module).__mro__ if c.__module__ == "torch.nn.modules.rnn"]
    found = bases[0] if bases else None
    if found not in CELLS:
        raise LayerError(f"{type(module).__name__} has no counterpart; give nn.LSTM, GRU or RNN")
    if module.proj_size:
        raise LayerError(
            "proj_size feeds the projection back into the cell; no cell here does that"
        )
    if getattr(module, "nonlinearity", "tanh") != "tanh":
        raise LayerError(f"nonlinearity is {module.nonlinearity!r}; the cell rnn has tanh only")
    dtype = str(module.weight_ih_l0.dtype)
    if dtype not in ("torch.float32", "torch.float64"):
        raise LayerError(f"its weights are {dtype}; convert it first: module.float()")
    return found


def _cell(module, suffix, gates):
    """{parameter: array} of one layer in one direction."""
    rows = {
        part: np.split(_array(getattr(module, f"{part}{suffix}")), len(gates))
        for part in ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if module.bias else ()))
    }
    params = {}
    for k, gate in enumerate(gates):
        params[f"W_{gate}"], params[f"R_{gate}"] = rows["weight_ih"][k], rows["weight_hh"][k]
        inner = "b_m" if gate == "n" else f"b_{gate}"  # within the GRU's reset: r (R_n h + b_m)
        biases = (rows["bias_ih"][k], rows["bias_hh"][k]) if module.bias else (0.0, 0.0)
        params[f"b_{gate}"] = biases[0]
        params[inner] = biases[1] if inner != f"b_{gate}" else biases[0] + biases[1]
    return params


def _readout(readout, width):
    """(V, a) of a linear module; without one, outputs as they are."""
    if readout is None:
        return np.eye(width), np.zeros(width)
    if not all(hasattr(readout, name) for name in ("weight", "bias", "in_features")):
        raise LayerError(f"the readout is a {type(readout).__name__}; give a nn.Linear")
    V = _array(readout.weight)
    if V.shape[1] != width:
        raise LayerError(f"the readout reads {V.shape[1]} values; the module has {width} outputs")
    return V, np.zeros(len(V)) if readout.bias is None else _array(readout.bias)


def _array(tensor):
    return tensor.detach().cpu().numpy()
