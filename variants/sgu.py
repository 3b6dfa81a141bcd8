"""Simple gated units: one gate, and a candidate that multiplies by the state twice."""

from . import Variant, maximum, minimum, register, sigmoid, softplus, tanh


def hard_sigmoid(a):
    """A piecewise linear sigmoid with slope 0.2, as in Theano and Keras in 2016."""
    return minimum(maximum(0.2 * a + 0.5, 0.0), 1.0)


@register("sgu")
class SGU(Variant):
    """Simple gated unit: h and the input are multiplied, and one gate z says how much is new.

    Unlike in ``minimal_gated_unit``, the gate does not reset h. z is the share replaced (the
    paper's sign), h' = (1 - z) h + z n, so a positive forget bias lowers b_z. The output is
    unbounded above. Checked against torchrecurrent and RecurrentLayers.jl, whose hard sigmoid has
    slope 1/6.

    Used for long sequences with one label each, as a small cell that starts to learn early.

    Citation: Gao, Glowacka (2016), Deep Gate Recurrent Neural Network, ACML, PMLR 63:350-365,
    arXiv:1604.02910.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        g = tanh(p.R_g @ ((p.W_g @ x + p.b_g) * h))
        z = hard_sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return ((1 - z) * h + z * softplus(g * h),)


@register("dsgu")
class DSGU(Variant):
    """Deep simple gated unit: ``sgu`` with one more matrix before the candidate is squashed.

    In ``sgu`` the candidate is a softplus of the product; here it is a sigmoid of a projection of
    the product, which bounds the output. z is the share replaced, as there. Checked against
    torchrecurrent.

    Used like ``sgu`` where its unbounded output makes training unstable.

    Citation: Gao, Glowacka (2016), Deep Gate Recurrent Neural Network, ACML, PMLR 63:350-365,
    arXiv:1604.02910.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        g = tanh(p.R_g @ ((p.W_g @ x + p.b_g) * h))
        z = hard_sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return ((1 - z) * h + z * sigmoid(p.R_n @ (g * h)),)
