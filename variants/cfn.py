"""A gated cell that cannot be chaotic."""

from . import Variant, register, sigmoid, tanh


@register("cfn")
class CFN(Variant):
    """Chaos-free network: without input, every unit decays to 0, whatever the weights.

    Unlike in ``ran``, h itself is squashed from step to step, and there is no separate cell state.
    The two biases start where the paper sets them, b_theta = 1 (keep) and b_eta = -1 (take in); the
    candidate has none. Equations and biases checked against a second implementation, in TensorFlow.

    Used to test whether a task needs rich dynamics at all.

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
