"""The LSTM whose cell is a weighted sum of inputs."""

from . import Variant, register, sigmoid, tanh


@register("ran")
class RAN(Variant):
    """Recurrent additive network: an LSTM whose candidate is a linear function of x alone.

    Unlike in ``no_input_activation``, the candidate does not see h. The cell is a sum of past
    inputs, weighted by gates. The paper has two outputs, tanh(c) and c; this is the first. The
    candidate has no bias, as in the authors' code. b_f starts at 1 instead of that code's 0, so
    that, as with the other LSTMs here, the cell remembers at first unless a study sets the bias.

    Used where the contribution of each input should be readable.

    Citation: Lee, Levy, Zettlemoyer (2017), Recurrent Additive Networks, arXiv:1705.07393.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        g = p.W_c @ x
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        c = i * g + f * c
        return tanh(c), c
