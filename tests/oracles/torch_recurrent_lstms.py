"""torchrecurrent's peephole LSTM without some of its parts, or with other activation functions.

A large bias fixes a gate at 1; peepholes of zero have no effect; activation functions are modules
given to the cell.
"""

from itertools import cycle

import torch
from torch import nn

from .torch_recurrent import LSTM, foreign, two

OPEN = 1e3  # sigmoid(OPEN) is 1 to the last bit, and flat


class InTurn(nn.Module):
    """Two functions in turn: a step calls its activation for the candidate and for the output."""

    def __init__(self, on_input, on_output):
        super().__init__()
        self.turn = cycle((on_input, on_output))

    def forward(self, x):
        return next(self.turn)(x)


class HardSigmoid(nn.Module):
    """torch's hard sigmoid with an exact gradient: ``nn.Hardsigmoid`` rounds 1/6 to float32."""

    def forward(self, x):
        return nn.functional.relu6(x + 3) / 6


class Squish(nn.Module):
    """Squish by cases: softsign(x) + p swish(x) for x > 0, swish(x) for x <= 0."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        swish = nn.functional.silu(x)
        return torch.where(x > 0, nn.functional.softsign(x) + self.p * swish, swish)


def without(gate=None, **given):
    """The peephole LSTM whose gate i, f or o is fixed at 1."""

    def make(p, variant):
        if gate:
            p = p | {"W_" + gate: 0 * p["W_g"], "R_" + gate: 0 * p["R_g"]}
            p = p | {"p_" + gate: 0 * p["b_g"], "b_" + gate: 0 * p["b_g"] + OPEN}
        modules = {k: v() for k, v in given.items()}
        return two("PeepholeLSTM", *LSTM, weight_ph="p_i p_f p_o", given=modules)(p, variant)

    return make


def coupled(weight_ph):
    """A forget gate with the negated weights of the input gate: sigmoid(-a) = 1 - sigmoid(a)."""

    def make(p, variant):
        turned = {k[:2] + "f": -v for k, v in p.items() if k[2:] == "i"}
        return two("PeepholeLSTM", *LSTM, weight_ph=weight_ph)(p | turned, variant)

    return make


MODULES = {
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "swish": nn.SiLU,
    "softsign": nn.Softsign,
    "hard_sigmoid": HardSigmoid,
}


def lstm_activations(p, variant):
    """Peepholes of zero, and the activations of our cell."""
    module = lambda name: Squish(variant.squish_p) if name == "squish" else MODULES[name]()
    given = {
        "nonlinearity": module(variant.cell_activation),
        "gate_nonlinearity": module(variant.gate_activation),
    }
    cell = foreign("PeepholeLSTM", p, *LSTM, weight_ph="0 0 0", given=given)
    return lambda x, *states: cell(x, states)


CELLS = {
    "lstm_activations": lstm_activations,
    "coupled": coupled("0 0 0"),
    "coupled_peephole": coupled("p_i p_f p_o"),
    "no_input_gate": without("i"),
    "no_forget_gate": without("f"),
    "no_output_gate": without("o"),
    "no_input_activation": without(nonlinearity=lambda: InTurn(nn.Identity(), nn.Tanh())),
    "no_output_activation": without(nonlinearity=lambda: InTurn(nn.Tanh(), nn.Identity())),
}
