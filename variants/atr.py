"""The cell with two gates and two matrices."""

from . import Variant, register, sigmoid


@register("atr")
class ATR(Variant):
    """Addition-subtraction twin-gated network: both gates from the same two products, p and q.

    i = sigmoid(p + q) and f = sigmoid(p - q), so that what opens one through h shuts the other. Not
    ``ran``, whose gates have weights of their own; the candidate, linear in x, is the same. One
    bias, on q, as in the authors' code; a forget bias drives it downwards, which also shuts i. It
    starts at 0.

    Used as the gated cell with the fewest matrices: one for x, one for h.

    Citation: Zhang, Xiong, Su, Lin, Zhang (2018), Simplifying Neural Machine Translation with
    Addition-Subtraction Twin-Gated Recurrent Networks, EMNLP, arXiv:1810.12546.
    """

    forget = {"b_q": -1.0}

    def step(self, p, x, h):
        u = p.W_p @ x
        q = p.R_q @ h + p.b_q
        i = sigmoid(u + q)
        f = sigmoid(u - q)
        return (i * u + f * h,)
