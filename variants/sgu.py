"""Simple gated units: one gate, and a candidate that multiplies the state twice."""

from . import Variant, maximum, minimum, register, sigmoid, softplus, tanh


def hard_sigmoid(a):
    """The sigmoid in three straight lines, of slope 0.2 as Theano and Keras had it in 2016."""
    return minimum(maximum(0.2 * a + 0.5, 0.0), 1.0)


@register("sgu")
class SGU(Variant):
    """Simple gated unit: h meets the input in a product, and one gate z says how much is new.

    Not ``minimal_gated_unit``, whose one gate also resets h. z replaces (the paper's sign):
    h' = (1 - z) h + z n, so that a forget bias drives b_z downwards. The output has no bound
    above. Checked against torchrecurrent and RecurrentLayers.jl, whose hard sigmoid has slope 1/6.

    Used for long sequences with one label each, as a small cell that starts learning early.

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

    Not ``sgu``, whose candidate is a softplus of the product itself: here it is a sigmoid of a
    projection, which bounds the output. z replaces, as there. Checked against torchrecurrent.

    Used like ``sgu``, where its unbounded output makes training unstable.

    Citation: Gao, Glowacka (2016), Deep Gate Recurrent Neural Network, ACML, PMLR 63:350-365,
    arXiv:1604.02910.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        g = tanh(p.R_g @ ((p.W_g @ x + p.b_g) * h))
        z = hard_sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return ((1 - z) * h + z * sigmoid(p.R_n @ (g * h)),)
