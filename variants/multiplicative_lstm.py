"""The LSTM whose recurrent matrix depends on the input."""

from . import Variant, register, sigmoid, tanh


@register("multiplicative_lstm")
class MultiplicativeLSTM(Variant):
    """LSTM that sees m = (W_m x) * (R_m h) in place of h: each input has its own transition.

    Not xLSTM's mLSTM, the cell with a matrix memory. The paper prints no biases; here the gates
    have them, as in every implementation, and m has none. b_f starts at 1, as in ``standard``.
    Checked against torchrecurrent and RecurrentLayers.jl.

    Used in character-level language modelling, where each symbol decides how the past is read.

    Citation: Krause, Lu, Murray, Renals (2016), Multiplicative LSTM for sequence modelling,
    arXiv:1609.07959.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        m = (p.W_m @ x) * (p.R_m @ h)
        i = sigmoid(p.W_i @ x + p.R_i @ m + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ m + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ m + p.b_g)
        o = sigmoid(p.W_o @ x + p.R_o @ m + p.b_o)
        c = f * c + i * g
        return o * tanh(c), c
