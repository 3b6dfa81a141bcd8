"""The LSTM whose content is a weighted sum of inputs."""

from . import Variant, register, sigmoid, tanh


@register("ran")
class RAN(Variant):
    """Recurrent additive network: an LSTM whose candidate is a linear function of x alone.

    Not ``no_input_activation``, whose candidate sees h, too. The cell is a sum of past inputs with
    gates as weights; of the paper's two outputs, tanh(c) and c, this is the first. The candidate
    has no bias (the authors' code). b_f starts at 1, where that code has 0: so long as no study
    moves it, every LSTM here remembers first.

    Used where one wants to read off what each input contributed.

    Citation: Lee, Levy, Zettlemoyer (2017), Recurrent Additive Networks, arXiv:1705.07393.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        g = p.W_c @ x
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        c = i * g + f * c
        return tanh(c), c
