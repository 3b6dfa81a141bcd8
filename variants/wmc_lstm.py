"""The LSTM whose gates see a squashed projection of the cell."""

from . import Variant, register, sigmoid, tanh


@register("wmc_lstm")
class WMCLSTM(Variant):
    """LSTM with working memory connections: each gate also sees tanh(R c), with a full matrix R.

    Unlike in ``peephole``, gates see the cell through a matrix and a tanh, not unit by unit and
    unbounded. As there, i and f see the old cell and o the new one; g sees none. b_f starts at 1,
    as in ``standard``. Checked against torchrecurrent and RecurrentLayers.jl, which print g without
    h but compute it with h, as an LSTM does.

    Used where the content of the cell should control the gates over long sequences.

    Citation: Landi, Baraldi, Cornia, Cucchiara (2021), Working Memory Connections for LSTM,
    Neural Networks 144, arXiv:2109.00020.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + tanh(p.R_ic @ c) + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + tanh(p.R_fc @ c) + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + tanh(p.R_oc @ c) + p.b_o)
        return o * tanh(c), c
