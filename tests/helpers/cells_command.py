"""What `gatelab cells` prints, taken apart."""

import pytest
from oracles.odd_cells import ODD

from gatelab import variants
from gatelab.variants import Variant, sigmoid
from helpers.command import command

main = command("cells")


class Subtracted(Variant):
    """Sums that are taken away, and matrices that are transposed, summed and scaled."""

    beta = 0.6

    def step(self, p, x, h, c):
        f = sigmoid((p.R_a - 2 * p.R_b.T) @ c + (self.beta * p.W_a - p.W_b) @ x)
        c = f * c
        h = (1 - c) * (1 - c) + h * sigmoid(1 - c) - (-p.R_b + p.R_a.T).T @ (h * c)
        return h - p.R_a @ h, c


CELLS = {name: variants.get(name) for name in variants.names()} | ODD | {"Subtracted": Subtracted}
each_cell = pytest.mark.parametrize("name", CELLS)
MINE = '''
from gatelab.variants import Variant, register, tanh, sigmoid

@register("mine")
class Mine(Variant):
    """A cell of one's own [really]. It is not published.

    More about it.

    Somebody (2026), A Journal 1:2-3.
    """

    beta, depth, b_z, m = 0.7, 2, 0.5, -1.0
    search = {"beta": (0.0, 2.0)}
    forget = {"b_z": -1.0}

    def step(self, p, x, h, m):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return z * h + self.beta * tanh(p.s_m * m), m
'''


def printed(capsys, *arguments):
    """Standard output of a command that succeeds and says nothing else."""
    assert main([*arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out
