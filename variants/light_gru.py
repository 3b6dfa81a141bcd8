"""The gated unit for speech recognition, without its batch normalisation."""

from . import Variant, register, relu, sigmoid


@register("light_gru")
class LightGRU(Variant):
    """Li-GRU: a GRU without a reset gate, whose candidate is a relu.

    ``ugrnn`` is the same with tanh. The paper normalises W_z x and W_h x over the batch. That is
    left out, because here the rows of a batch are independent; plain biases take its place.
    Recurrent matrices start orthogonal, as in the authors' code. Without the normalisation the relu
    is unbounded, and orthogonal matrices keep it from growing at once. z is the share of h that is
    kept; b_z starts at 0.

    Used in speech recognition.

    Citation: Ravanelli, Brakel, Omologo, Bengio (2018), Light Gated Recurrent Units for Speech
    Recognition, IEEE TETCI 2(2):92-102, arXiv:1803.10225.
    """

    R_z = "orthogonal"
    R_h = "orthogonal"
    forget = {"b_z": 1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        n = relu(p.W_h @ x + p.R_h @ h + p.b_h)
        return (z * h + (1 - z) * n,)
