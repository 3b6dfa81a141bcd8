"""Cells that no installed package has, written for torch from the sources named in the docstrings.

This is our own code, too, but in another form than in ``variants``: matrices are built, gates are
stacked, and torch's own operations are used where they exist. Gradients are by autograd.
"""

import torch
from torch.nn.functional import layer_norm, linear

from . import torch_loop


def run(name, case, variant):
    """Outputs and gradients, named as by ``comparison.measure``."""
    return torch_loop.measure(lambda p: CELLS[name](p, variant), case)


def full_gate_recurrence(p, variant):
    """Greff et al. (2017), section 3: one matrix for everything in the past that the gates see."""
    rows = [[p["R_" + k], *(p[f"R_{old}{k}"] for old in "ifo")] for k in "ifo"]
    R, W = torch.cat([torch.cat(r, 1) for r in rows]), torch.cat([p["W_" + k] for k in "ifo"])
    b = torch.cat([p["b_" + k] for k in "ifo"])

    def step(x, h, c, i, f, o):
        seen_i, seen_f, seen_o = (linear(x, W, b) + linear(torch.cat([h, i, f, o], 1), R)).chunk(
            3, 1
        )
        i, f = torch.sigmoid(seen_i + p["p_i"] * c), torch.sigmoid(seen_f + p["p_f"] * c)
        c = torch.addcmul(f * c, i, torch.tanh(linear(x, p["W_g"], p["b_g"]) + linear(h, p["R_g"])))
        o = torch.sigmoid(seen_o + p["p_o"] * c)
        return torch.tanh(c) * o, c, i, f, o

    return step


def lipschitz(p, variant):
    """Erichson et al. (2021), equation 2, each matrix built with its gamma I."""
    eye, beta = torch.eye(len(p["R_a"])).double(), variant.beta
    build = lambda M: (1 - beta) * (M + M.T) + beta * (M - M.T) - variant.gamma * eye
    A, W = build(p["R_a"]), build(p["R_h"])

    def step(x, h):
        slope = linear(h, A) + torch.tanh(linear(h, W) + linear(x, p["W_h"], p["b_h"]))
        return (h + variant.epsilon * slope,)

    return step


def min_gru(p, variant):
    """Feng et al. (2024), section 3.1.1."""

    def step(x, h):
        z = torch.sigmoid(linear(x, p["W_z"], p["b_z"]))
        return (torch.lerp(h, linear(x, p["W_n"], p["b_n"]), z),)

    return step


def min_lstm(p, variant):
    """Feng et al. (2024), section 3.2.2: gates divided by their sum."""

    def step(x, h):
        f, i = (torch.sigmoid(linear(x, p["W_" + k], p["b_" + k])) for k in "fi")
        return ((f * h + i * linear(x, p["W_n"], p["b_n"])) / (f + i),)

    return step


def layer_norm_lstm(p, variant):
    """Ba et al. (2016), supplement, each gate's products normalised by torch's ``layer_norm``."""
    size = p["b_c"].shape

    def step(x, h, c):
        i, f, g, o = (
            layer_norm(linear(x, p["W_" + k]), size, p["p_w" + k], p["b_" + k])
            + layer_norm(linear(h, p["R_" + k]), size, p["p_r" + k])
            for k in "ifgo"
        )
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(layer_norm(c, size, p["p_c"], p["b_c"])), c

    return step


def ordered_neurons(p, variant):
    """Shen et al. (2019), section 4: the six gates stacked, as in the authors' code."""
    names = ["mf", "mi", "f", "i", "o", "g"]
    W, R, b = (torch.cat([p[kind + k] for k in names]) for kind in ("W_", "R_", "b_"))

    def step(x, h, c):
        mf, mi, f, i, o, g = (linear(x, W, b) + linear(h, R)).chunk(6, 1)
        mf, mi = mf.softmax(1).cumsum(1), 1 - mi.softmax(1).cumsum(1)
        overlap = mf * mi
        kept = torch.sigmoid(f) * overlap + mf - overlap
        written = torch.sigmoid(i) * overlap + mi - overlap
        c = torch.addcmul(kept * c, written, torch.tanh(g))
        return torch.sigmoid(o) * torch.tanh(c), c

    return step


CELLS = {
    cell.__name__: cell
    for cell in (
        full_gate_recurrence,
        lipschitz,
        min_gru,
        min_lstm,
        layer_norm_lstm,
        ordered_neurons,
    )
}
