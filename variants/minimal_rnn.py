"""A cell whose state stays in the space of its embedded inputs."""

from . import Variant, register, sigmoid, tanh


@register("minimal_rnn")
class MinimalRNN(Variant):
    """MinimalRNN: h is a gated average of embedded inputs z = tanh(W_x x), and nothing else.

    Unlike in ``minimal_gated_unit``, the candidate does not see h. The gate u sees h and z, not x.
    It is the share of h that is kept; its bias starts at 0, as in ``gru``. The paper leaves the
    choice of embedding open; this is its version with one tanh layer. Equations checked against a
    second implementation, in TensorFlow.

    Used where units should have the same meaning as inputs.

    Citation: Chen (2017), MinimalRNN: Toward More Interpretable and Trainable Recurrent Neural
    Networks, arXiv:1711.06788.
    """

    forget = {"b_u": 1.0}

    def step(self, p, x, h):
        z = tanh(p.W_x @ x + p.b_z)
        u = sigmoid(p.R_h @ h + p.R_z @ z + p.b_u)
        return (u * h + (1 - u) * z,)
