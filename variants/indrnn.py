"""The recurrent network whose units remember each for itself."""

from . import Variant, register, relu


@register("indrnn")
class IndRNN(Variant):
    """Independently recurrent network: each unit sees its own past only, through one weight u.

    Not ``rnn``, whose units see each other. relu, as in the paper; stacked layers mix the units.
    u starts uniform in 0..1, as in the authors' code. The paper also keeps |u| below a bound that
    depends on the sequence length; that is a matter of training and left out here. Checked against
    the authors' code and torchrecurrent (whose default is tanh).

    Used for very long sequences and in deep stacks: no product with h, so cheap.

    Citation: Li, Li, Cook, Zhu, Gao (2018), Independently Recurrent Neural Network (IndRNN), CVPR,
    arXiv:1803.04831.
    """

    forget = {}
    p_u = (0.0, 1.0)

    def step(self, p, x, h):
        return (relu(p.W_h @ x + p.p_u * h + p.b_h),)
