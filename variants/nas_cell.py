"""A cell found by neural architecture search."""

from . import Variant, register, relu, sigmoid, tanh


@register("nas_cell")
class NASCell(Variant):
    """Cell found by neural architecture search: eight first-layer units joined pairwise in a tree.

    Not an LSTM with its gates rearranged: it has no forget gate (a study's forget_bias has no
    effect), and the cell is squashed at every step. The paper prints only a picture. The equations
    are those of its first author's ``NASCell`` in TensorFlow, where one unit (u3) multiplies its
    two products; RecurrentLayers.jl does so too, torchrecurrent adds them.

    Used in language modelling, as evidence that cells can be found by search.

    Citation: Zoph, Le (2017), Neural Architecture Search with Reinforcement Learning, ICLR,
    arXiv:1611.01578.
    """

    forget = {}

    def step(self, p, x, h, c):
        u0 = sigmoid(p.W_0 @ x + p.R_0 @ h + p.b_0)
        u1 = relu(p.W_1 @ x + p.R_1 @ h + p.b_1)
        u2 = sigmoid(p.W_2 @ x + p.R_2 @ h + p.b_2)
        u3 = relu((p.W_3 @ x) * (p.R_3 @ h + p.b_3))
        u4 = tanh(p.W_4 @ x + p.R_4 @ h + p.b_4)
        u5 = sigmoid(p.W_5 @ x + p.R_5 @ h + p.b_5)
        u6 = tanh(p.W_6 @ x + p.R_6 @ h + p.b_6)
        u7 = sigmoid(p.W_7 @ x + p.R_7 @ h + p.b_7)
        v = tanh(tanh(u0 * u1) + c)
        w = tanh(tanh(u4 * u5) + sigmoid(u6 + u7))
        c = v * tanh(u2 + u3)
        return tanh(c * w), c
