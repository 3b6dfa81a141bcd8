"""The LSTM reduced to its forget gate."""

from . import Variant, register, sigmoid, tanh


@register("janet")
class JANET(Variant):
    """Just another network: an LSTM with only a forget gate, without peepholes and output tanh.

    ``ugrnn`` is the case beta = 0. With beta > 0 the cell takes in more than it forgets. beta = 1
    is what the authors' code uses. b_f starts at 1; the paper prefers the chrono initialisation,
    which a study can request. Cell and output are one state, h.

    Used for long memory with half the parameters of an LSTM.

    Citation: van der Westhuizen, Lasenby (2018), The Unreasonable Effectiveness of the Forget Gate,
    arXiv:1804.04849.
    """

    beta = 1.0
    b_f = 1.0
    search = {"beta": (0.0, 2.0)}

    def step(self, p, x, h):
        s = p.W_f @ x + p.R_f @ h + p.b_f
        c = tanh(p.W_c @ x + p.R_c @ h + p.b_c)
        return (sigmoid(s) * h + (1 - sigmoid(s - self.beta)) * c,)
