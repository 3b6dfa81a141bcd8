"""Two cells designed to be easy to train: one for long sequences, one for deep stacks."""

from . import Variant, register, relu, sigmoid, tanh


@register("ugrnn")
class UGRNN(Variant):
    """Update-gate network: a simple recurrent network with one gate between old and new state.

    Unlike ``gru``, it does not reset h; unlike in ``light_gru``, the candidate is a tanh. g is the
    share of h that is kept. b_g starts at 1, the paper's fixed forget bias, which is trained here.
    Equations checked against TensorFlow's UGRNNCell.

    Used as the smallest step from ``rnn`` to a gated cell.

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

    ``ugrnn`` is its stream through time alone. y mixes x itself into H units, which requires D = H
    in the paper; here W_x projects x, without a bias. Each gate is the share that passes unchanged
    (of x, of the old h). Gate biases start at 1, as in TensorFlow's IntersectionRNNCell, against
    which the equations were checked. A study's forget bias sets the one through time. The old y is
    not used.

    Used in stacks of many layers; the authors did not try a single layer.

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
