"""The LSTM that libraries ship."""

from . import Variant, register, sigmoid, tanh


@register("standard")
class Standard(Variant):
    """LSTM with input, forget and output gates and no peepholes; what most people call "LSTM".

    Greff et al. call it NP. b_f starts at 1, so that the cell remembers before it has learned to
    (Gers et al. 2000); Jozefowicz et al. (2015) found that this closes the gap to the GRU.

    Used wherever an LSTM is used: the cell of every library, and the reference here.

    Citation: Gers, Schmidhuber, Cummins (2000), Learning to Forget, Neural Computation
    12(10):2451-2471.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.b_o)
        c = f * c + i * g
        return o * tanh(c), c
