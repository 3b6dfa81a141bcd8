"""The cell that can be stacked."""

from . import Variant, register, sigmoid, tanh


@register("star")
class STAR(Variant):
    """Stackable recurrent cell: an average of h and the embedded input, squashed once more.

    Not ``minimal_rnn``, which does not squash and whose gate sees the embedding instead of x. k
    replaces, so a forget bias drives b_k downwards; it starts at 0 (the authors use chrono). The
    equations are the paper's; the authors' code, against which they were checked, turns the gate
    round and adds JANET's beta.

    Used for stacks of many layers: gradients keep their size downwards as well as back in time.

    Citation: Turkoglu, D'Aronco, Wegner, Schindler (2021), Gating Revisited: Deep Multi-layer RNNs
    That Can Be Trained, IEEE TPAMI, arXiv:1911.11033.
    """

    forget = {"b_k": -1.0}

    def step(self, p, x, h):
        z = tanh(p.W_z @ x + p.b_z)
        k = sigmoid(p.W_k @ x + p.R_k @ h + p.b_k)
        return (tanh((1 - k) * h + k * z),)
