"""The LSTM whose forget gate is 1 minus its input gate."""

from . import Variant, register, sigmoid, tanh


@register("coupled")
class Coupled(Variant):
    """LSTM with coupled gates, f = 1 - i: it forgets as much as it takes in; no peepholes.

    Greff et al.'s CIFG without its peepholes; with them it is ``coupled_peephole``. The input gate
    is the learned one, so a forget bias of +1 means b_i = -1.

    Used as an LSTM with a quarter fewer parameters.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232.
    """

    b_i = -1.0
    forget = {"b_i": -1.0}

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.b_o)
        c = (1 - i) * c + i * g
        return o * tanh(c), c
