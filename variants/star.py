"""A cell made for deep stacks."""

from . import Variant, register, sigmoid, tanh


@register("star")
class STAR(Variant):
    """Stackable recurrent cell: an average of h and the embedded input, squashed once more.

    Unlike ``minimal_rnn``, it squashes the average, and its gate sees x instead of the embedding. k
    is the share replaced, so a positive forget bias lowers b_k; it starts at 0 (the authors use
    chrono). The equations are the paper's; the authors' code, against which they were checked, has
    k and 1 - k exchanged and adds JANET's beta.

    Used in stacks of many layers: gradients keep their size through depth as well as through time.

    Citation: Turkoglu, D'Aronco, Wegner, Schindler (2021), Gating Revisited: Deep Multi-layer RNNs
    That Can Be Trained, IEEE TPAMI, arXiv:1911.11033.
    """

    forget = {"b_k": -1.0}

    def step(self, p, x, h):
        z = tanh(p.W_z @ x + p.b_z)
        k = sigmoid(p.W_k @ x + p.R_k @ h + p.b_k)
        return (tanh((1 - k) * h + k * z),)
