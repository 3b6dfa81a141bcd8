"""The Odyssey's ablations: the peephole LSTM with one thing taken away, each written out in full.

``peephole`` is the paper's V, ``standard`` its NP, ``odyssey`` the family that combines them.
"""

from . import Variant, register, sigmoid, tanh


@register("no_input_gate")
class NoInputGate(Variant):
    """Peephole LSTM without an input gate, i = 1: every candidate enters the cell in full.

    Greff et al.'s NIG. Not ``coupled_peephole``, where what enters depends on what is kept. b_f
    starts at 1, as in ``peephole``.

    Used to measure what the input gate is worth.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh(c), c


@register("no_forget_gate")
class NoForgetGate(Variant):
    """Peephole LSTM without a forget gate, f = 1: the cell adds up and never fades.

    Greff et al.'s NFG. Not ``original``, the LSTM of 1997, which has no peepholes and squashes
    to other ranges. A forget bias has nothing to move here.

    Used to measure what the forget gate is worth: in the paper, with the output
    activation, more than all else.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    forget = {}

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh(c), c


@register("no_output_gate")
class NoOutputGate(Variant):
    """Peephole LSTM without an output gate, o = 1: all of the squashed cell is shown.

    Greff et al.'s NOG. Not ``no_output_activation``, which keeps the gate and drops the tanh.
    b_f starts at 1, as in ``peephole``.

    Used to measure what the output gate is worth.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        return tanh(c), c


@register("no_input_activation")
class NoInputActivation(Variant):
    """Peephole LSTM whose candidate is not squashed, g(a) = a: what enters has no bound.

    Greff et al.'s NIAF. Not ``no_output_activation``, which leaves out the other tanh. b_f starts
    at 1, as in ``peephole``.

    Used to measure what squashing the cell's input is worth.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = p.W_g @ x + p.R_g @ h + p.b_g
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh(c), c


@register("no_output_activation")
class NoOutputActivation(Variant):
    """Peephole LSTM that shows its cell unsquashed, h = o * c: the output has no bound.

    Greff et al.'s NOAF. Not ``no_output_gate``, which keeps the tanh and drops the gate. b_f
    starts at 1, as in ``peephole``.

    Used to measure what squashing the output is worth: in the paper, with the forget
    gate, more than all else.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * c, c
