"""The LSTM with coupled gates that also see the cell."""

from . import Variant, register, sigmoid, tanh


@register("coupled_peephole")
class CoupledPeephole(Variant):
    """Peephole LSTM with coupled gates, f = 1 - i: it forgets as much as it takes in.

    Greff et al.'s CIFG as in their experiments; ``coupled`` is the same without peepholes. The
    input gate is the learned one, so a forget bias of +1 means b_i = -1. Summaries of the paper
    often have i = 1 - f instead: the same functions, but another starting point.

    Used as an LSTM with a quarter fewer matrices; in the paper it did no worse.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_i = -1.0
    forget = {"b_i": -1.0}

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = (1 - i) * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh(c), c
