"""The LSTM whose gates see the cell."""

from . import Variant, register, sigmoid, tanh


@register("peephole")
class Peephole(Variant):
    """LSTM whose gates also see the cell: i and f the old one, o the new one.

    Greff et al.'s "vanilla" LSTM. b_f starts at 1 (Gers et al. 2000) and peepholes at 0, so that
    training begins as with ``standard``.

    Used where exact timing matters: telling spikes 49 steps apart from spikes 50 steps apart.

    Citation: Gers, Schraudolph, Schmidhuber (2002), JMLR 3:115-143.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh(c), c
