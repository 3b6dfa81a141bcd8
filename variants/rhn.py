"""A recurrent network that is deep within each step."""

from . import Variant, VariantError, register, sigmoid, tanh


@register("rhn")
class RHN(Variant):
    """Recurrent highway network: within a step, ``depth`` highway layers; only the first sees x.

    Not a stack of layers: all of them share one state, and their products must be computed one
    after another. The carry gate is coupled to the transform gate, 1 - t, as in all of the paper's
    experiments and in the authors' code. Checked against that code and torchrecurrent. Transform
    biases start at -2, the authors' value for Penn Treebank, so that every layer carries at first;
    those beyond the tenth layer start at 0.

    Used in character- and word-level language modelling, at depths up to 10.

    Citation: Zilly, Srivastava, Koutnik, Schmidhuber (2017), Recurrent Highway Networks, ICML,
    arXiv:1607.03474.
    """

    depth = 3
    search = {"depth": (1, 5)}
    forget = {f"b_t{k}": -1.0 for k in range(1, 11)}
    b_t1 = b_t2 = b_t3 = b_t4 = b_t5 = b_t6 = b_t7 = b_t8 = b_t9 = b_t10 = -2.0

    def __init__(self, **settings):
        """Raises VariantError for a depth below 1."""
        super().__init__(**settings)
        if self.depth < 1:
            raise VariantError(f"depth is {self.depth}; give a whole number of at least 1")

    def step(self, p, x, h):
        n = tanh(p.W_h @ x + p.R_h1 @ h + p.b_h1)
        t = sigmoid(p.W_t @ x + p.R_t1 @ h + p.b_t1)
        h = t * n + (1 - t) * h
        for k in range(2, self.depth + 1):
            n = tanh(p[f"R_h{k}"] @ h + p[f"b_h{k}"])
            t = sigmoid(p[f"R_t{k}"] @ h + p[f"b_t{k}"])
            h = t * n + (1 - t) * h
        return (h,)
