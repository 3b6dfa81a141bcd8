"""A cell with a little of everything, for tests to spoil."""

from gatelab.certification import judge
from gatelab.variants import Variant, sigmoid, tanh

CHECKS = {check.name: check for check in judge.CHECKS}
#: How a failed check names the two numbers.
NUMBERS = r"is -?[\d.e+-]+, should be -?[\d.e+-]+ \(relative difference .*, allowed 1e-09"


class Cell(Variant):
    """A little of everything, and a value that tests change."""

    leak = 0.1
    b_i = 0.5

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        c = (1 - self.leak) * c + i * tanh(p.W_g @ x + p.b_g + p.R_g @ h)
        return sigmoid(p.W_o @ x + p.p_o * c) * tanh(c), c


def fresh():
    """A class of its own, so that no program of it is known yet."""
    return type("Cell", (Cell,), {})
