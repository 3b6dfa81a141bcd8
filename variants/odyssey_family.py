"""The Odyssey's ablations as one family: every combination of them, for factorial designs."""

from . import Variant, VariantError, register, sigmoid, tanh

FORGET_GATES = ("own", "coupled", "none")


@register("odyssey")
class Odyssey(Variant):
    """Peephole LSTM whose parts can be left out in any combination.

    With its defaults it equals ``peephole``, and each named ablation equals one of its settings:
    ``no_input_gate`` (NIG) is ``odyssey:input_gate=False``, ``full_gate_recurrence`` (FGR) is
    ``odyssey:gate_recurrence=True``, ``standard`` (NP) is ``odyssey:peepholes=False``, and so on.
    Those classes are shorter and have no unused states. Here the gates are always states, although
    only gate_recurrence reads them, because a step has the same states in all settings. Coupled
    gates are written i = 1 - f, which is the paper's f = 1 - i with the signs of that gate's
    weights reversed, so b_f, which starts at 1, is the forget bias in every setting.

    Used to study how the parts interact; the paper changed one at a time.

    Citation: Greff et al. (2017), LSTM: A Search Space Odyssey, IEEE TNNLS 28(10):2222-2232,
    arXiv:1503.04069.
    """

    input_gate = True
    forget_gate = "own"
    output_gate = True
    input_activation = True
    output_activation = True
    peepholes = True
    gate_recurrence = False
    b_f = 1.0

    def __init__(self, **settings):
        """Raises VariantError for a combination that is not defined."""
        super().__init__(**settings)
        if why := self._contradiction():
            raise VariantError(f"odyssey: {why}")

    def _contradiction(self):
        """Why the settings cannot be combined, and what to do; None if they can."""
        if self.forget_gate not in FORGET_GATES:
            return f"forget_gate is {self.forget_gate!r}; give one of {', '.join(FORGET_GATES)}"
        if self.forget_gate == "coupled" and not self.input_gate:
            return "coupled gates include an input gate; leave input_gate=True or forget_gate=own"
        gateless = not (self.input_gate or self.output_gate) and self.forget_gate == "none"
        if gateless and (self.peepholes or self.gate_recurrence):
            return "no gate is left to have inputs; set peepholes and gate_recurrence to False"
        return None

    def step(self, p, x, h, c, i, f, o):
        old = self._learned(i, f, o)

        def sums(k):
            return p[f"W_{k}"] @ x + p[f"R_{k}"] @ h + p[f"b_{k}"]

        def gate(k, c):
            a = sums(k)
            if self.peepholes:
                a = a + p[f"p_{k}"] * c
            if self.gate_recurrence:
                for j, last in old.items():
                    a = a + p[f"R_{j}{k}"] @ last
            return sigmoid(a)

        if "i" in old:
            i = gate("i", c)
        if "f" in old:
            f = gate("f", c)
        if self.forget_gate == "coupled":
            i = 1 - f
        g = tanh(sums("g")) if self.input_activation else sums("g")
        c = (f * c if "f" in old else c) + (i * g if self.input_gate else g)
        if "o" in old:
            o = gate("o", c)
        y = tanh(c) if self.output_activation else c
        return (o * y if self.output_gate else y), c, i, f, o

    def _learned(self, i, f, o):
        """{letter: last value} of the gates that have weights of their own."""
        own = {
            "i": self.input_gate and self.forget_gate != "coupled",
            "f": self.forget_gate != "none",
            "o": self.output_gate,
        }
        return {k: last for k, last in {"i": i, "f": f, "o": o}.items() if own[k]}
