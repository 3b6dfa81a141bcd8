"""The simple recurrent network."""

from . import Variant, register, tanh


@register("rnn")
class RNN(Variant):
    """Simple recurrent network: one tanh layer that sees its own last output; no gates.

    Unlike Jordan's network, it does not feed back the readout's output.

    Used as the baseline without gates, and where dependencies are short.

    Citation: Elman (1990), Finding structure in time, Cognitive Science 14(2):179-211.
    """

    def step(self, p, x, h):
        return (tanh(p.W_h @ x + p.R_h @ h + p.b_h),)
