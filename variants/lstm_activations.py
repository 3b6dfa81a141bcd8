"""The LSTM with its activation functions as hyperparameters."""

from . import Variant, VariantError, maximum, minimum, register, relu, sigmoid, softsign, tanh


def swish(x):
    """x * sigmoid(x)."""
    return x * sigmoid(x)


def hard_sigmoid(x):
    """A piecewise linear sigmoid: x / 6 + 1/2, clipped to 0..1."""
    return minimum(maximum(x / 6 + 0.5, 0.0), 1.0)


def squish(x, p):
    """softsign(x) + p * swish(x) where x > 0, swish(x) where x < 0."""
    return maximum(softsign(x), 0.0) + minimum(swish(x), p * swish(x))


ACTIVATIONS = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "swish": swish,
    "softsign": softsign,
    "hard_sigmoid": hard_sigmoid,
    "squish": squish,
}


@register("lstm_activations")
class LSTMActivations(Variant):
    """Standard LSTM whose activations are hyperparameters: one for the cell, one for the gates.

    With its defaults it equals ``standard``. The cell's activation is applied to the candidate and
    to the output. The choices are tanh, sigmoid, relu, swish, softsign, hard_sigmoid and squish.
    Hard sigmoid is clip(x / 6 + 1/2, 0, 1), as in torch and Keras 3, not the x / 5 + 1/2 of older
    Keras. Squish with 0 <= p < 1 is max(softsign(x), 0) + min(x sigmoid(x), p x sigmoid(x)). A
    search tries all activations for the cell, and for the gates only the two that stay between 0
    and 1; with any other, a gate does not gate, and outputs may grow without bound. b_f starts at
    1, which opens a sigmoid to .73, a hard sigmoid to .67 and tanh to .76; with relu, all of the
    cell is kept.

    Used to ask whether the choice of activation matters: ``lstm_activations:cell_activation=relu``.

    Citation: Robertson (2022), Custom-LSTM, a course project,
    github.com/Preston-Robertson/Custom-LSTM.
    """

    cell_activation = "tanh"
    gate_activation = "sigmoid"
    squish_p = 0.0
    b_f = 1.0
    search = {
        "cell_activation": list(ACTIVATIONS),
        "gate_activation": ["sigmoid", "hard_sigmoid"],
        "squish_p": (0.0, 0.95),
    }

    def __init__(self, **settings):
        """Raises VariantError for an unknown activation or squish_p outside [0, 1)."""
        super().__init__(**settings)
        for name in ("cell_activation", "gate_activation"):
            if getattr(self, name) not in ACTIVATIONS:
                known = " ".join(ACTIVATIONS)
                raise VariantError(f"{name} is {getattr(self, name)!r}; give one of {known}")
        if not 0 <= self.squish_p < 1:
            raise VariantError(f"squish_p is {self.squish_p:g}; give a number in [0, 1)")

    def step(self, p, x, h, c):
        a_i = p.W_i @ x + p.R_i @ h + p.b_i
        a_f = p.W_f @ x + p.R_f @ h + p.b_f
        a_g = p.W_g @ x + p.R_g @ h + p.b_g
        a_o = p.W_o @ x + p.R_o @ h + p.b_o
        i, f, o = (self._apply(self.gate_activation, a) for a in (a_i, a_f, a_o))
        g = self._apply(self.cell_activation, a_g)
        c = f * c + i * g
        return o * self._apply(self.cell_activation, c), c

    def _apply(self, name, a):
        return squish(a, self.squish_p) if name == "squish" else ACTIVATIONS[name](a)
