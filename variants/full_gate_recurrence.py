"""The LSTM whose gates see the previous values of all gates."""

from . import Variant, register, sigmoid, tanh


@register("full_gate_recurrence")
class FullGateRecurrence(Variant):
    """Peephole LSTM whose gates also see all gates of the last step, through nine more matrices.

    Greff et al.'s FGR. The LSTM of 1997 was connected like this; later ones are not. R_fi connects
    the old f to the new i. The gates are states that start at 0. b_f starts at 1, as in
    ``peephole``.

    Used to measure the value of recurrence between gates: in the paper it gained nothing, at two to
    three times the parameters.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_f = 1.0

    def step(self, p, x, h, c, i, f, o):
        from_i = p.R_ii @ i + p.R_fi @ f + p.R_oi @ o
        from_f = p.R_if @ i + p.R_ff @ f + p.R_of @ o
        from_o = p.R_io @ i + p.R_fo @ f + p.R_oo @ o
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i + from_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f + from_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o + from_o)
        return o * tanh(c), c, i, f, o
