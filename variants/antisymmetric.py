"""Recurrent networks as stable differential equations: the recurrent matrix is antisymmetric."""

from . import Variant, register, sigmoid, tanh


@register("antisymmetric")
class Antisymmetric(Variant):
    """Euler steps of dh/dt = tanh((R - R') h - gamma h + W x + b), which neither grows nor decays.

    Unlike ``lipschitz``, it has no linear part, and its matrix is fully antisymmetric: only the
    antisymmetric part of R has an effect. gamma adds slight damping, against the error of Euler's
    method; epsilon is the step size. The paper searched epsilon over 0.01, 0.1 and 1; the default
    is the middle one. Checked against torchrecurrent and against the version that the authors of
    ``lipschitz`` compare with.

    Used for long-term dependencies: images read pixel by pixel, a signal followed by noise.

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
    """``antisymmetric`` with a gate z that scales each unit's step and shares the recurrent matrix.

    Unlike the update gate of ``gru``, z scales the step and does not choose between an old and a
    new value, so a forget bias has no effect. Checked against torchrecurrent (which gives the
    candidate a second bias).

    Used like ``antisymmetric`` where the input should decide when the state moves.

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
