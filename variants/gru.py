"""The gated recurrent unit in its first form."""

from . import Variant, register, sigmoid, tanh


@register("gru")
class GRU(Variant):
    """Gated recurrent unit that resets h before the product: R_n (r * h).

    ``gru_reset_after``, the form of cuDNN and torch, resets after the product. z is the share of h
    that is kept, h' = (1 - z) n + z h, so a positive forget bias raises b_z. (Cho et al. write z
    for the share kept, too; Chung et al. write it for the share replaced.)

    Used like an LSTM, with one state and a quarter fewer parameters.

    Citation: Cho et al. (2014), EMNLP, arXiv:1406.1078; Chung et al. (2014), arXiv:1412.3555.
    """

    forget = {"b_z": 1.0}

    def step(self, p, x, h):
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        n = tanh(p.W_n @ x + p.R_n @ (r * h) + p.b_n)
        return ((1 - z) * n + z * h,)
