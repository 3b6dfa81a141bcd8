"""The LSTM of 1997, before the forget gate."""

from . import Variant, register, sigmoid, tanh


@register("original")
class Original(Variant):
    """LSTM without a forget gate: what enters the cell stays until it is cancelled.

    Unlike Greff et al.'s "no forget gate" (NFG), it has no peepholes. The squashing functions are
    the paper's g(x) = 4 sigmoid(x) - 2 and h(x) = 2 sigmoid(x) - 1, written in the equal forms 2
    tanh(x / 2) and tanh(x / 2). Gates start half open; the paper's negative gate biases are
    specific to its tasks.

    Used to see what the forget gate added, and for lags over which nothing may be lost.

    Citation: Hochreiter and Schmidhuber (1997), Neural Computation 9(8):1735-1780.
    """

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        g = 2 * tanh((p.W_g @ x + p.R_g @ h + p.b_g) / 2)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.b_o)
        c = c + i * g
        return o * tanh(c / 2), c
