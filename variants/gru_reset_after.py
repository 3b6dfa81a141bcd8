"""The gated recurrent unit as cuDNN and torch have it."""

from . import Variant, register, sigmoid, tanh


@register("gru_reset_after")
class GRUResetAfter(Variant):
    """Gated recurrent unit that resets after the product: r * (R_n h + b_m).

    Not ``gru``, the first form, which resets h before the product; this one needs a bias of its
    own inside the reset, b_m. ``torch.nn.GRU`` and Keras' ``reset_after=True``.

    Used as the GRU that libraries ship: h meets all its matrices in one product.

    Citation: Cho et al. (2014), arXiv:1406.1078v1; the form: cuDNN, and Keras' GRU with
    ``reset_after``.
    """

    forget = {"b_z": 1.0}

    def step(self, p, x, h):
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        n = tanh(p.W_n @ x + p.b_n + r * (p.R_n @ h + p.b_m))
        return ((1 - z) * n + z * h,)
