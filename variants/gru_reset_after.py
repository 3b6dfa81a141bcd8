"""The gated recurrent unit as in cuDNN and torch."""

from . import Variant, register, sigmoid, tanh


@register("gru_reset_after")
class GRUResetAfter(Variant):
    """Gated recurrent unit that resets after the product: r * (R_n h + b_m).

    ``gru``, the first form, resets h before the product; this one needs a separate bias inside the
    reset, b_m. It equals ``torch.nn.GRU`` and Keras' GRU with ``reset_after=True``.

    Used as the GRU that libraries ship: one product multiplies h by all its matrices.

    Citation: Cho et al. (2014), arXiv:1406.1078v1; the form: cuDNN, and Keras' GRU with
    ``reset_after``.
    """

    forget = {"b_z": 1.0}

    def step(self, p, x, h):
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        n = tanh(p.W_n @ x + p.b_n + r * (p.R_n @ h + p.b_m))
        return ((1 - z) * n + z * h,)
