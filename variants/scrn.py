"""A recurrent network with slow context units."""

from . import Variant, register, sigmoid


@register("scrn")
class SCRN(Variant):
    """Structurally constrained network: a slow context s with fixed rate 1 - alpha, beside fast h.

    Unlike in ``fast_rnn``, the rate is fixed, and the same for all units. The output y = U h + V s
    is what the paper feeds to its softmax; the cell does not feed it back. There are no biases, as
    in the paper and its code. The context has H units (the paper's had fewer). h sees the new s, as
    in the paper's equations; the paper's code uses the old one, and torchrecurrent feeds back
    tanh(y) in place of h.

    Used in language modelling, as a topic memory that costs almost nothing.

    Citation: Mikolov, Joulin, Chopra, Mathieu, Ranzato (2015), Learning Longer Memory in Recurrent
    Neural Networks, ICLR workshop, arXiv:1412.7753.
    """

    forget = {}
    alpha = 0.95
    search = {"alpha": (0.5, 0.99)}

    def step(self, p, x, y, h, s):
        s = (1 - self.alpha) * (p.W_s @ x) + self.alpha * s
        h = sigmoid(p.R_s @ s + p.W_h @ x + p.R_h @ h)
        return p.R_u @ h + p.R_v @ s, h, s
