"""The gated cell that cannot be chaotic."""

from . import Variant, register, sigmoid, tanh


@register("cfn")
class CFN(Variant):
    """Chaos-free network: without input every unit of it fades to 0, whatever the weights.

    Not ``ran``: h is squashed on its way from step to step, and there is no cell behind it. The two
    biases start where the paper puts them, b_theta = 1 (keep) and b_eta = -1 (take in); the
    candidate has none. Equations and biases checked against a second implementation, in TensorFlow.

    Used to ask whether a task needs rich dynamics at all.

    Citation: Laurent, von Brecht (2017), A recurrent neural network without chaos, ICLR,
    arXiv:1612.06212.
    """

    b_theta = 1.0
    b_eta = -1.0
    forget = {"b_theta": 1.0}

    def step(self, p, x, h):
        theta = sigmoid(p.W_theta @ x + p.R_theta @ h + p.b_theta)
        eta = sigmoid(p.W_eta @ x + p.R_eta @ h + p.b_eta)
        return (theta * tanh(h) + eta * tanh(p.W_h @ x),)
