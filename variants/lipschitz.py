"""A recurrent network with a linear part, designed so that its stability can be proved."""

from . import Variant, register, tanh


@register("lipschitz")
class Lipschitz(Variant):
    """Euler steps of dh/dt = A h + tanh(R h + W x + b), with A and R between skew and symmetric.

    ``antisymmetric`` has no linear part and beta = 1. Here A and R are each (1 - beta)(M + M') +
    beta (M - M') - gamma I for a trained M. They share beta and gamma, as in the authors' code,
    with which this was compared by reading. The defaults are the authors' for sequential MNIST (784
    steps); short sequences need a larger epsilon.

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
