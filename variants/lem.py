"""A cell that learns its own time scales."""

from . import Variant, register, sigmoid, tanh


@register("lem")
class LEM(Variant):
    """Long expressive memory: two states, each updated by a learned share of a time step dt.

    Not an LSTM, although it has as many matrices: the memory z is updated from y, then y from the
    new z, each unit at its own rate. The rates are shares replaced, so a positive forget bias
    lowers b_1 and b_2; both start at 0. dt is 1 unless searched, as in the paper. Checked against
    the authors' code; torchrecurrent updates y from the old z, unlike the paper.

    Used for sequences with several time scales at once.

    Citation: Rusch, Mishra, Erichson, Mahoney (2022), Long Expressive Memory for Sequence Modeling,
    ICLR, arXiv:2110.04744.
    """

    forget = {"b_1": -1.0, "b_2": -1.0}
    dt = 1.0
    search = {"dt": (0.05, 1.0, "log")}

    def step(self, p, x, y, z):
        r = self.dt * sigmoid(p.W_1 @ x + p.R_1 @ y + p.b_1)
        s = self.dt * sigmoid(p.W_2 @ x + p.R_2 @ y + p.b_2)
        z = (1 - r) * z + r * tanh(p.W_z @ x + p.R_z @ y + p.b_z)
        y = (1 - s) * y + s * tanh(p.W_y @ x + p.R_y @ z + p.b_y)
        return y, z
