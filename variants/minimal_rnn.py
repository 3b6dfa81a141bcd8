"""The cell that lives in the space of its inputs."""

from . import Variant, register, sigmoid, tanh


@register("minimal_rnn")
class MinimalRNN(Variant):
    """MinimalRNN: h is a gated average of embedded inputs z = tanh(W_x x), and nothing else.

    Not ``minimal_gated_unit``, whose candidate sees h. The gate sees h and z, not x. It keeps; its
    bias starts at 0, as the gates of ``gru`` do. The paper leaves the embedding open; this is its
    one layer with tanh. Equations checked against a second implementation, in TensorFlow.

    Used where units should mean what inputs mean.

    Citation: Chen (2017), MinimalRNN: Toward More Interpretable and Trainable Recurrent Neural
    Networks, arXiv:1711.06788.
    """

    forget = {"b_u": 1.0}

    def step(self, p, x, h):
        z = tanh(p.W_x @ x + p.b_z)
        u = sigmoid(p.R_h @ h + p.R_z @ z + p.b_u)
        return (u * h + (1 - u) * z,)
