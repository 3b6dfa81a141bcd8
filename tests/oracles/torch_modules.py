"""torch.nn.LSTM, GRU and RNN with a cell's weights, in float64, with packed sequences.

torch stacks its gates as i f g o and r z n. Each gate has two biases, one for the product with x
and one for the product with h. They differ only in the GRU's candidate:

    n = tanh(W_n x + bias_ih + r * (R_n h + bias_hh))         the reset comes after the product

Elsewhere they are added, so a cell's single bias is split between them.
"""

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SPLIT = 0.3

# cell: the module, our gates in its order, {gate: our parameter that is its second bias}
MODULES = {
    "rnn": (torch.nn.RNN, "h", {}),
    "standard": (torch.nn.LSTM, "ifgo", {}),
    "gru_reset_after": (torch.nn.GRU, "rzn", {"n": "b_m"}),
}


def run(name, case):
    """Outputs and gradients of the module for a cell, named as by ``comparison.measure``."""
    make, gates, second = MODULES[name]
    module = make(case.x.shape[2], case.state[0].shape[1]).double()
    module.load_state_dict(_weights(case.params, gates, second))
    x = torch.tensor(case.x, requires_grad=True)
    state = [torch.tensor(s, requires_grad=True) for s in case.state]

    y, final = _forward(module, x, tuple(s[None] for s in state), case.lengths)
    pairs = [(case.dy, y), *zip(case.dfinal, final, strict=True)]
    sum((torch.tensor(weight) * value).sum() for weight, value in pairs).backward()

    result = {"y": y, "d x": x.grad}
    result |= {f"final {k}": s for k, s in enumerate(final)}
    result |= {f"d state {k}": s.grad for k, s in enumerate(state)}
    result |= {f"d {k}": v for k, v in _gradients(module, gates, second).items()}
    return {k: v.detach().numpy() for k, v in result.items()}


def _forward(module, x, state, lengths):
    """y (T, B, H), zero past each sequence's end; the final states (B, H)."""
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    y, final = module(packed, state if len(state) > 1 else state[0])
    y, _ = pad_packed_sequence(y, total_length=len(x))
    return y, [s[0] for s in (final if isinstance(final, tuple) else (final,))]


def _weights(params, gates, second):
    split = {k: np.full_like(params["b_" + k], SPLIT) for k in gates}
    on_h = split | {k: params[name] for k, name in second.items()}
    on_x = {k: params["b_" + k] - (0 if k in second else split[k]) for k in gates}
    stacked = {
        "weight_ih_l0": [params["W_" + k] for k in gates],
        "weight_hh_l0": [params["R_" + k] for k in gates],
        "bias_ih_l0": [on_x[k] for k in gates],
        "bias_hh_l0": [on_h[k] for k in gates],
    }
    return {k: torch.tensor(np.concatenate(v)) for k, v in stacked.items()}


def _gradients(module, gates, second):
    part = lambda p: dict(zip(gates, p.grad.chunk(len(gates)), strict=True))
    W, R, b = part(module.weight_ih_l0), part(module.weight_hh_l0), part(module.bias_ih_l0)
    grads = {p + k: of[k] for p, of in (("W_", W), ("R_", R), ("b_", b)) for k in gates}
    return grads | {name: part(module.bias_hh_l0)[k] for k, name in second.items()}
