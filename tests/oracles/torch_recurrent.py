"""torchrecurrent's cells with the weights of ours, in float64, with gradients by autograd.

torchrecurrent (F. Martinuzzi) stacks the weights of a cell's gates into one matrix for x and one
for h. Every gate has two biases, which are added: one is ours, the other is zero. Its weights are
functions of our parameters here, so that autograd differentiates with respect to ours. Cells whose
form differs from ours are in ``torch_recurrent_bent``.
"""

import torch
import torchrecurrent
from torch.func import functional_call

from . import torch_loop


def run(make, case, variant):
    """Outputs and gradients of a foreign cell, named as by ``comparison.measure``.

    Args:
        make: a value of ``CELLS``, here or in ``torch_recurrent_bent``.
        case: a ``comparison.Case``.
        variant: an instance of our cell, which has the hyperparameters.
    """
    return torch_loop.measure(lambda p: make(p, variant), case)


def foreign(kind, p, weight_ih, weight_hh=None, bias_ih=None, given=None, **more):
    """A cell of torchrecurrent as a function of (x, state).

    Args:
        kind: "MUT1" for ``MUT1Cell``.
        p: our parameters, {name: tensor}.
        weight_ih, weight_hh, bias_ih, more: its weights, as tensors or as the names of ours that
            it stacks, with "0" for zeros. Biases may be left out, which makes them zero; weights
            may not.
        given: arguments of its constructor.
    """
    H, D = next(v.shape for k, v in p.items() if k[0] == "W")
    module = getattr(torchrecurrent, kind + "Cell")(D, H, **(given or {})).double()
    known = dict(module.named_parameters()) | dict(module.named_buffers())
    tensors = {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias_ih": bias_ih, **more}
    tensors = {k: stack(p, v) for k, v in tensors.items() if v is not None}
    zeros = {k: torch.zeros_like(v) for k, v in known.items() if k not in tensors}
    assert all(k.startswith("bias") for k in zeros), zeros.keys()
    for name, tensor in tensors.items():  # a bias may differ between rows of the batch
        assert tensor.shape[-known[name].ndim :] == known[name].shape, name
    return lambda x, state: functional_call(module, zeros | tensors, (x, state))


def stack(p, names):
    """The parameters with these names, concatenated; a tensor is returned as it is."""
    if not isinstance(names, str):
        return names
    p = p | {"0": torch.zeros_like(next(v for k, v in p.items() if k[0] == "W")[:, 0])}
    return torch.cat([torch.atleast_1d(p[name]) for name in names.split()])


def one(kind, *weights, hypers="", **more):
    """A cell with one state; ``hypers`` names our hyperparameters that its constructor takes."""

    def make(p, variant):
        given = {k: getattr(variant, k) for k in hypers.split()} | more.get("given", {})
        cell = foreign(kind, p, *weights, **more | {"given": given})
        return lambda x, h: (cell(x, h),)

    return make


def two(*args, **more):
    """A cell with two states."""
    make = one(*args, **more)

    def pair(p, variant):
        step = make(p, variant)
        return lambda x, *states: step(x, states)[0]

    return pair


# our name: their kind, then the parameters stacked into weight_ih, weight_hh, bias_ih
LSTM = ("W_i W_f W_g W_o", "R_i R_f R_g R_o", "b_i b_f b_g b_o")
CELLS = {
    "minimal_gated_unit": one("MGU", "W_f W_h", "R_f R_h", "b_f b_h"),
    "mut1": one("MUT1", "W_z W_r W_h", "R_r R_h", "b_z b_r 0", bias_hh="0 b_h"),
    "mut2": one("MUT2", "W_z W_x W_h", "R_z R_r R_h", "b_z b_r b_h"),
    "mut3": one("MUT3", "W_z W_r W_h", "R_z R_r R_h", "b_z b_r b_h"),
    "ugrnn": one("UGRNN", "W_c W_g", "R_c R_g", "b_c b_g"),
    "ran": two("RAN", "W_c W_i W_f", "R_i R_f", "b_i b_f"),
    "cfn": one("CFN", "W_theta W_eta W_h", "R_theta R_eta", "b_theta b_eta 0"),
    "atr": one("ATR", "W_p", "R_q", bias_hh="b_q"),
    "light_gru": one("LiGRU", "W_z W_h", "R_z R_h", "b_z b_h"),
    "minimal_rnn": one("MinimalRNN", "W_x", "R_h", "b_z", weight_mm="R_z", bias_hh="b_u"),
    "star": one("STAR", "W_z W_k", "R_k", "b_z b_k"),
    "brc": one("BR", "W_a W_c W_h", "p_a p_c", "b_a b_c 0"),
    "nbrc": one("NBR", "W_a W_c W_h", "R_a R_c", "b_a b_c 0"),
    "indrnn": one("IndRNN", "W_h", None, "b_h", vector_u="p_u", given={"nonlinearity": "relu"}),
    "fast_rnn": one("FastRNN", "W_h", "R_h", "b_h", alpha="s_alpha", beta="s_beta"),
    # The default of their gate is a tanh.
    "fast_grnn": one(
        "FastGRNN",
        "W_h",
        "R_h",
        "b_z b_n",
        zeta="s_zeta",
        nu="s_nu",
        given={"nonlinearity": "sigmoid"},
    ),
    "antisymmetric": one("AntisymmetricRNN", "W_h", "R_h", "b_h", hypers="epsilon gamma"),
    "gated_antisymmetric": one(
        "GatedAntisymmetricRNN", "W_z W_h", "R_h", "b_z b_h", hypers="epsilon gamma"
    ),
    "cornn": two("coRNN", "W_z", "R_y", "b_z", weight_ch="R_z", hypers="dt gamma epsilon"),
    "unicornn": two("UnICORNN", "W_z", "p_w", "b_z", weight_ch="p_c", hypers="dt alpha"),
    "peephole": two("PeepholeLSTM", *LSTM, weight_ph="p_i p_f p_o"),
    "res_lstm": two("ResLSTM", *LSTM, weight_ph="p_i p_f p_o", weight_proj="R_m", weight_res="W_h"),
    "wmc_lstm": two("WMCLSTM", *LSTM, weight_mh="R_ic R_fc R_oc"),
    "multiplicative_lstm": two(
        "MultiplicativeLSTM",
        "W_m W_i W_f W_g W_o",
        "R_m",
        "0 b_i b_f b_g b_o",
        weight_mh="R_i R_f R_g R_o",
    ),
}
