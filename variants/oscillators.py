"""Units that are oscillators with a position y, which is the output, and a velocity z."""

from . import Variant, register, sigmoid, tanh


@register("cornn")
class CoRNN(Variant):
    """Coupled oscillators, damped and driven: velocity z first, then position y with the new z.

    Unlike in ``unicornn``, the oscillators are coupled and damped. The damping epsilon z uses the
    old velocity (the explicit one of the paper's two forms), as in the authors' code. Checked
    against that code and torchrecurrent. The defaults are the authors' for sequential MNIST (784
    steps); on short sequences the state hardly moves with them. The search ranges keep the undriven
    oscillator stable, dt**2 gamma < 4 - 2 dt epsilon.

    Used for long sequences: states and gradients are bounded by construction.

    Citation: Rusch, Mishra (2021), Coupled Oscillatory Recurrent Neural Network (coRNN), ICLR,
    arXiv:2010.00951.
    """

    forget = {}
    dt = 0.042
    gamma = 2.7
    epsilon = 4.7
    search = {
        "dt": (0.01, 0.1, "log"),
        "gamma": (0.4, 80.0, "log"),
        "epsilon": (1.0, 15.0, "log"),
    }

    def step(self, p, x, y, z):
        a = p.W_z @ x + p.R_y @ y + p.R_z @ z + p.b_z
        z = z + self.dt * (tanh(a) - self.gamma * y - self.epsilon * z)
        return y + self.dt * z, z


@register("unicornn")
class UnICORNN(Variant):
    """Independent undamped oscillators, each with its own time step dt sigmoid(c).

    Unlike in ``cornn``, the oscillators are not damped and are coupled only by stacked layers; a
    step can be inverted. w starts uniform in 0..1 and c in +-0.1, as in the authors' code; the
    defaults are theirs for permuted MNIST. dt**2 alpha < 4 keeps the undriven oscillator stable.
    Checked against the authors' code and torchrecurrent.

    Used in stacks for very long sequences; cheap, because y enters no matrix product.

    Citation: Rusch, Mishra (2021), UnICORNN: A recurrent model for learning very long time
    dependencies, ICML, arXiv:2103.05487.
    """

    forget = {}
    dt = 0.19
    alpha = 30.65
    p_w = (0.0, 1.0)
    p_c = (-0.1, 0.1)
    search = {"dt": (0.01, 0.2, "log"), "alpha": (0.0, 50.0)}

    def step(self, p, x, y, z):
        dt = self.dt * sigmoid(p.p_c)
        z = z - dt * (tanh(p.p_w * y + p.W_z @ x + p.b_z) + self.alpha * y)
        return y + dt * z, z
