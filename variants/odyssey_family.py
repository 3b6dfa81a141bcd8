"""The Odyssey's ablations as one family: every combination of them, for factorial designs."""

from . import Variant, VariantError, register, sigmoid, tanh

FORGET_GATES = ("own", "coupled", "none")


@register("odyssey")
class Odyssey(Variant):
    """Peephole LSTM whose parts can be left out one by one and in any combination.

    As it stands it is ``peephole``; each named ablation is one setting of it, and equal to it:
    ``no_input_gate`` (NIG) is ``odyssey:input_gate=False``, ``full_gate_recurrence`` (FGR)
    ``odyssey:gate_recurrence=True``, ``standard`` (NP) ``odyssey:peepholes=False``, and so on. Not
    those classes themselves, which are shorter and carry no idle states: the gates are states
    here, read only with gate_recurrence, for a step has the same states in all settings. Coupled
    gates are written i = 1 - f, the paper's f = 1 - i with the signs of that gate's weights turned,
    so that b_f, which starts at 1, is the forget bias everywhere.

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
        """Raises VariantError for a combination that makes no sense."""
        super().__init__(**settings)
        if why := self._nonsense():
            raise VariantError(f"odyssey: {why}")

    def _nonsense(self):
        if self.forget_gate not in FORGET_GATES:
            return f"forget_gate is {self.forget_gate!r}; give one of {', '.join(FORGET_GATES)}"
        if self.forget_gate == "coupled" and not self.input_gate:
            return "coupled gates are an input gate, too; leave input_gate=True, or forget_gate=own"
        gateless = not (self.input_gate or self.output_gate) and self.forget_gate == "none"
        if gateless and (self.peepholes or self.gate_recurrence):
            return "no gate is left to look at anything; set peepholes and gate_recurrence to False"
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
        """The gates that have weights of their own, by letter."""
        own = {
            "i": self.input_gate and self.forget_gate != "coupled",
            "f": self.forget_gate != "none",
            "o": self.output_gate,
        }
        return {k: last for k, last in {"i": i, "f": f, "o": o}.items() if own[k]}
