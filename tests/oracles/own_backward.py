"""A peephole LSTM with a ``backward`` of its own, and typical errors in typing one.

The wrong versions are made from the text of the right one, so that they differ only in the error.
"""

from pathlib import Path

from gatelab.variants import Variant, sigmoid, tanh


class OwnPeephole(Variant):
    """Gers et al. (2002); i and f see the old cell, o the new one."""

    b_f = 1.0

    def step(self, p, x, h, c):
        return self._gates(p, x, h, c)[0]

    def _gates(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        new = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * new + p.b_o)
        return (o * tanh(new), new), i, f, g, o

    def backward(self, p, d, x, h, c, dh, dc):
        (_, new), i, f, g, o = self._gates(p, x, h, c)
        do = dh * tanh(new) * o * (1 - o)
        dc += dh * o * (1 - tanh(new) ** 2) + p.p_o * do
        di = dc * g * i * (1 - i)
        df = dc * c * f * (1 - f)
        dg = dc * i * (1 - g**2)
        d.p_i += (di * c).sum(1, keepdims=True)
        d.p_f += (df * c).sum(1, keepdims=True)
        d.p_o += (do * new).sum(1, keepdims=True)
        dx, dh_old = 0, 0
        for k, a in (("i", di), ("f", df), ("g", dg), ("o", do)):
            vars(d)["W_" + k] += a @ x.T
            vars(d)["R_" + k] += a @ h.T
            vars(d)["b_" + k] += a.sum(1, keepdims=True)
            dx = dx + vars(p)["W_" + k].T @ a
            dh_old = dh_old + vars(p)["R_" + k].T @ a
        dc = dc * f + p.p_i * di + p.p_f * df
        return dx, dh_old, dc


# what is wrong: the right text, the wrong text, the check that fails, the array that it names
SLIPS = {
    "a sign error on the way to the old c": (
        "dc * f + p.p_i * di", "dc * f - p.p_i * di",
        "own backward, one step", "the initial c",
    ),
    "a sign error in a gradient": (
        "d.p_f += (df", "d.p_f -= (df", "own backward, one step", "p_f",
    ),
    "no gradient of a peephole": (
        "d.p_i += (di", "(di", "own backward, one step", "p_i",
    ),
    "a missing peephole term on the way to the old c": (
        " + p.p_f * df", "", "own backward, one step", "the initial c",
    ),
    "a missing peephole term of the new c": (
        " + p.p_o * do\n", "\n", "own backward, one step", r"(W|R|p|b)_[ifg]|x|the initial .",
    ),
    "the old c where the new one is meant": (
        "(do * new)", "(do * c)", "own backward, one step", "p_o",
    ),
    "the new c where the old one is meant": (
        "(df * c)", "(df * new)", "own backward, one step", "p_f",
    ),
    "a gradient that is not summed over time": (
        '["W_" + k] += a', '["W_" + k] = a', "own backward, through time", "W_.",
    ),
}  # fmt: skip


def slipped(right, wrong):
    """The class with one piece of its text replaced."""
    text = Path(__file__).read_text().partition("\n\n# what is wrong")[0]
    assert text.count(right) == 1
    space = {"__name__": __name__, "__file__": __file__}
    exec(compile(text.replace(right, wrong), "<slipped>", "exec"), space)
    return space["OwnPeephole"]
