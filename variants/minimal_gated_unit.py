"""The GRU with one gate for both its jobs."""

from . import Variant, register, sigmoid, tanh


@register("minimal_gated_unit")
class MinimalGatedUnit(Variant):
    """MGU: a GRU whose one gate f both resets and updates, h' = (1 - f) h + f n.

    Not ``ugrnn`` or ``light_gru``, whose candidate is not reset at all. f, called the forget gate,
    replaces: a forget bias drives b_f downwards. It starts at 0, as the gates of ``gru`` do.
    Equations checked against a second implementation (brainstate) and by the identity with ``gru``.

    Used as a GRU with a third fewer parameters.

    Citation: Zhou, Wu, Zhang, Zhou (2016), Minimal Gated Unit for Recurrent Neural Networks,
    International Journal of Automation and Computing 13:226-234, arXiv:1603.09420.
    """

    forget = {"b_f": -1.0}

    def step(self, p, x, h):
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        n = tanh(p.W_h @ x + p.R_h @ (f * h) + p.b_h)
        return ((1 - f) * h + f * n,)
