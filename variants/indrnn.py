"""A recurrent network in which each unit sees only its own past."""

from . import Variant, register, relu


@register("indrnn")
class IndRNN(Variant):
    """Independently recurrent network: each unit sees only its own past, through one weight u.

    Unlike in ``rnn``, units do not see each other; stacked layers mix them. The activation is relu,
    as in the paper. u starts uniform in 0..1, as in the authors' code. The paper also keeps |u|
    below a bound that depends on the sequence length; that belongs to training and is left out
    here. Checked against the authors' code and torchrecurrent (whose default activation is tanh).

    Used for very long sequences and in deep stacks; cheap, because h enters no matrix product.

    Citation: Li, Li, Cook, Zhu, Gao (2018), Independently Recurrent Neural Network (IndRNN), CVPR,
    arXiv:1803.04831.
    """

    forget = {}
    p_u = (0.0, 1.0)

    def step(self, p, x, h):
        return (relu(p.W_h @ x + p.p_u * h + p.b_h),)
