"""Recurrent networks as a stable differential equation: the recurrent matrix is antisymmetric."""

from . import Variant, register, sigmoid, tanh


@register("antisymmetric")
class Antisymmetric(Variant):
    """Small steps along tanh((R - R') h - gamma h + W x + b): neither growth nor decay.

    Not ``lipschitz``, which adds a linear part and lets the matrix be partly symmetric. Only the
    antisymmetric half of R counts; gamma damps a little against the error of Euler's method, whose
    step is epsilon. The paper searched epsilon in 0.01, 0.1, 1; the default is the middle one.
    Checked against torchrecurrent and the version that the authors of ``lipschitz`` compare with.

    Used for long-term dependencies: pixel-by-pixel images, noise after the signal.

    Citation: Chang, Chen, Haber, Chi (2019), AntisymmetricRNN: A Dynamical System View on Recurrent
    Neural Networks, ICLR, arXiv:1902.09689.
    """

    forget = {}
    epsilon = 0.1
    gamma = 0.01
    search = {"epsilon": (0.01, 1.0, "log"), "gamma": (0.001, 0.1, "log")}

    def step(self, p, x, h):
        a = (p.R_h - p.R_h.T) @ h - self.gamma * h
        return (h + self.epsilon * tanh(a + p.W_h @ x + p.b_h),)


@register("gated_antisymmetric")
class GatedAntisymmetric(Variant):
    """``antisymmetric`` with a gate z on each unit's step, which shares the recurrent matrix.

    z scales the step, it does not keep or replace h, so that a forget bias has nothing to move.
    Not the gated unit of ``gru``. Checked against torchrecurrent (which gives the candidate a
    second bias).

    Used like ``antisymmetric``, where the input should decide when the state moves.

    Citation: Chang, Chen, Haber, Chi (2019), AntisymmetricRNN: A Dynamical System View on Recurrent
    Neural Networks, ICLR, arXiv:1902.09689.
    """

    forget = {}
    epsilon = 0.1
    gamma = 0.01
    search = {"epsilon": (0.01, 1.0, "log"), "gamma": (0.001, 0.1, "log")}

    def step(self, p, x, h):
        a = (p.R_h - p.R_h.T) @ h - self.gamma * h
        z = sigmoid(a + p.W_z @ x + p.b_z)
        return (h + self.epsilon * z * tanh(a + p.W_h @ x + p.b_h),)
