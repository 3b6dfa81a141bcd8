"""A cell with two gates and only two matrices."""

from . import Variant, register, sigmoid


@register("atr")
class ATR(Variant):
    """Addition-subtraction twin-gated network: both gates use the same two products, p and q.

    i = sigmoid(p + q) and f = sigmoid(p - q), so what h opens in one gate it closes in the other; p
    is called u in the code. Unlike in ``ran``, the gates have no weights of their own; the
    candidate, linear in x, is the same. The only bias is added to q, as in the authors' code. It
    starts at 0. A positive forget bias lowers it, which also closes i.

    Used as the gated cell with the fewest matrices: one for x and one for h.

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
