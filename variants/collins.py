"""Two cells made to be trained easily, one for length and one for depth."""

from . import Variant, register, relu, sigmoid, tanh


@register("ugrnn")
class UGRNN(Variant):
    """Update-gate network: a simple recurrent network with one gate between old and new.

    Not ``gru``, which resets h as well, nor ``light_gru``, whose candidate is a relu. g keeps; b_g
    starts at 1, the paper's fixed forget bias, here trained. Equations checked against
    TensorFlow's UGRNNCell.

    Used as the least step from ``rnn`` to a gated cell.

    Citation: Collins, Sohl-Dickstein, Sussillo (2017), Capacity and Trainability in Recurrent
    Neural Networks, ICLR, arXiv:1611.09913.
    """

    b_g = 1.0
    forget = {"b_g": 1.0}

    def step(self, p, x, h):
        c = tanh(p.W_c @ x + p.R_c @ h + p.b_c)
        g = sigmoid(p.W_g @ x + p.R_g @ h + p.b_g)
        return (g * h + (1 - g) * c,)


@register("intersection")
class Intersection(Variant):
    """+RNN: two gated streams that cross, h through time and y through depth; y is the output.

    Not ``ugrnn``, which is its stream through time alone. y mixes x itself into H units, which
    needs D = H in the paper; here that x is projected by W_x (no bias). Both gates keep and start
    at 1, as in TensorFlow's IntersectionRNNCell, against which the equations were checked; a
    study's forget bias moves the one through time. The old y is not looked at.

    Used for stacks of many layers; the authors tried no single one.

    Citation: Collins, Sohl-Dickstein, Sussillo (2017), Capacity and Trainability in Recurrent
    Neural Networks, ICLR, arXiv:1611.09913.
    """

    b_gy = 1.0
    b_gh = 1.0
    forget = {"b_gh": 1.0}

    def step(self, p, x, y, h):
        y_in = relu(p.W_y @ x + p.R_y @ h + p.b_y)
        h_in = tanh(p.W_h @ x + p.R_h @ h + p.b_h)
        gy = sigmoid(p.W_gy @ x + p.R_gy @ h + p.b_gy)
        gh = sigmoid(p.W_gh @ x + p.R_gh @ h + p.b_gh)
        y = gy * (p.W_x @ x) + (1 - gy) * y_in
        h = gh * h + (1 - gh) * h_in
        return y, h
