"""The LSTM with ordered units."""

from . import Variant, cumsum, register, sigmoid, softmax, tanh


def cumax(a):
    """A soft step from 0 to 1 along the units: the probability of a split at or before each."""
    return cumsum(softmax(a))


@register("ordered_neurons")
class OrderedNeurons(Variant):
    """ON-LSTM: two master gates rise and fall along the units, which gives the units an order.

    Not an LSTM with two more gates of the usual kind: a master gate is a cumax, which is monotone
    over the units. Units whose master forget gate is open keep their value; units whose master
    input gate is open are overwritten. f and i decide only where both are open, as in ``standard``.
    Late units therefore keep their value for long, and early ones are overwritten often, as
    constituents of a sentence begin and end. The chunk size is 1: each unit has its own place in
    the order, while in the paper's experiments 10 neighbours share one. b_f starts at 1, as in
    ``standard``; the biases of the master gates start at 0. Written from the equations in section
    4; not compared with the authors' code.

    Used in language modelling and unsupervised parsing, where the structure is a tree.

    Citation: Shen, Tan, Sordoni, Courville (2019), Ordered Neurons: Integrating Tree Structures
    into Recurrent Neural Networks, ICLR, arXiv:1810.09536.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.b_i)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.b_o)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        master_f = cumax(p.W_mf @ x + p.R_mf @ h + p.b_mf)
        master_i = 1 - cumax(p.W_mi @ x + p.R_mi @ h + p.b_mi)
        omega = master_f * master_i
        f_hat = f * omega + (master_f - omega)
        i_hat = i * omega + (master_i - omega)
        c = f_hat * c + i_hat * g
        return o * tanh(c), c
