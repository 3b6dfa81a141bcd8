"""The GRU with a single gate for both purposes."""

from . import Variant, register, sigmoid, tanh


@register("minimal_gated_unit")
class MinimalGatedUnit(Variant):
    """MGU: a GRU whose single gate f both resets and updates, h' = (1 - f) h + f n.

    Unlike in ``ugrnn`` and ``light_gru``, the candidate sees h after a reset. f, called the forget
    gate, is the share replaced, so a positive forget bias lowers b_f. It starts at 0, as the gates
    of ``gru`` do. Equations checked against a second implementation (brainstate) and by an identity
    with ``gru``.

    Used as a GRU with a third fewer parameters.

    Citation: Zhou, Wu, Zhang, Zhou (2016), Minimal Gated Unit for Recurrent Neural Networks,
    International Journal of Automation and Computing 13:226-234, arXiv:1603.09420.
    """

    forget = {"b_f": -1.0}

    def step(self, p, x, h):
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        n = tanh(p.W_h @ x + p.R_h @ (f * h) + p.b_h)
        return ((1 - f) * h + f * n,)
