"""The recurrent network with a linear part whose stability can be read off."""

from . import Variant, register, tanh


@register("lipschitz")
class Lipschitz(Variant):
    """Euler step along A h + tanh(R h + W x + b), both matrices held between skew and symmetric.

    Not ``antisymmetric``, which has no linear part and beta = 1: here a matrix M enters as
    (1 - beta)(M + M') + beta (M - M') - gamma I. beta and gamma are shared by both matrices, as in
    the authors' code, which this was read beside. The defaults are theirs for sequential
    MNIST (784 steps): short sequences want a larger epsilon.

    Used where robustness to perturbations of input and weights matters.

    Citation: Erichson, Azencot, Queiruga, Hodgkinson, Mahoney (2021), Lipschitz Recurrent Neural
    Networks, ICLR, arXiv:2006.12070.
    """

    forget = {}
    beta = 0.65
    gamma = 0.001
    epsilon = 0.01
    search = {
        "beta": (0.5, 1.0),
        "gamma": (0.001, 0.1, "log"),
        "epsilon": (0.01, 1.0, "log"),
    }

    def step(self, p, x, h):
        A = (1 - self.beta) * (p.R_a + p.R_a.T) + self.beta * (p.R_a - p.R_a.T)
        R = (1 - self.beta) * (p.R_h + p.R_h.T) + self.beta * (p.R_h - p.R_h.T)
        a = tanh(R @ h - self.gamma * h + p.W_h @ x + p.b_h)
        return (h + self.epsilon * (A @ h - self.gamma * h + a),)
