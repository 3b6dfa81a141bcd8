"""The Odyssey's ablations: the peephole LSTM with one part removed, each written out in full.

``peephole`` is the paper's V and ``standard`` its NP; ``odyssey`` covers all combinations.
"""

from . import Variant, register, sigmoid, tanh


@register("no_input_gate")
class NoInputGate(Variant):
    """Peephole LSTM without an input gate, i = 1: every candidate enters the cell in full.

    Greff et al.'s NIG. Unlike in ``coupled_peephole``, what enters does not depend on what is kept.
    b_f starts at 1, as in ``peephole``.

    Used to measure the value of the input gate.

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
    """Peephole LSTM without a forget gate, f = 1: the cell accumulates and never decays.

    Greff et al.'s NFG. ``original``, the LSTM of 1997, has no peepholes and squashes to other
    ranges. A forget bias has no effect here.

    Used to measure the value of the forget gate: in the paper it matters most, together with the
    output activation.

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
    """Peephole LSTM without an output gate, o = 1: the output is all of the squashed cell.

    Greff et al.'s NOG. ``no_output_activation`` keeps the gate and drops the tanh instead. b_f
    starts at 1, as in ``peephole``.

    Used to measure the value of the output gate.

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
    """Peephole LSTM whose candidate is not squashed, g(a) = a: what enters the cell is unbounded.

    Greff et al.'s NIAF. ``no_output_activation`` drops the other tanh instead. b_f starts at 1, as
    in ``peephole``.

    Used to measure the value of squashing the cell's input.

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
    """Peephole LSTM that outputs its cell unsquashed, h = o * c: the output is unbounded.

    Greff et al.'s NOAF. ``no_output_gate`` keeps the tanh and drops the gate instead. b_f starts at
    1, as in ``peephole``.

    Used to measure the value of squashing the output: in the paper it matters most, together with
    the forget gate.

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
