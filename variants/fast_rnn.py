"""Recurrent networks of a few kilobytes: a weighted residual connection, and a cheap gate."""

from . import Variant, register, sigmoid, tanh


@register("fast_rnn")
class FastRNN(Variant):
    """Simple recurrent network with a residual connection, weighted by two trained scalars.

    Unlike in ``antisymmetric``, the step size is trained. The paper's scalars alpha and beta pass
    through a sigmoid and start at s_alpha = -3 and s_beta = 3 (alpha close to 0, beta to 1), and
    the bias starts at 1, as in the authors' code (EdgeML). torchrecurrent and RecurrentLayers.jl
    start the two scalars the other way round. The paper's low-rank matrices are left out.

    Used on small devices, and as the simplest remedy for vanishing gradients.

    Citation: Kusupati, Singh, Bhatia, Kumar, Jain, Varma (2018), FastGRNN, NeurIPS,
    arXiv:1901.02358.
    """

    forget = {}
    s_alpha = -3.0
    s_beta = 3.0
    b_h = 1.0

    def step(self, p, x, h):
        n = tanh(p.W_h @ x + p.R_h @ h + p.b_h)
        return (sigmoid(p.s_alpha) * n + sigmoid(p.s_beta) * h,)


@register("fast_grnn")
class FastGRNN(Variant):
    """Gated unit whose gate and candidate share their matrices and differ only in a bias.

    Not a GRU with fewer gates: z and n are computed from the same sum, and the candidate's weight
    is zeta (1 - z) + nu, where zeta and nu are trained scalars that pass through a sigmoid. z is
    the share of h that is kept. The starting values (s_zeta 1, s_nu -4, both biases 1) are those of
    the authors' code (EdgeML). Low-rank, sparse and quantised matrices are left out. Checked
    against EdgeML; torchrecurrent's code puts a tanh on the gate.

    Used on small devices: it has the parameters of ``rnn`` plus one bias vector and two scalars.

    Citation: Kusupati, Singh, Bhatia, Kumar, Jain, Varma (2018), FastGRNN, NeurIPS,
    arXiv:1901.02358.
    """

    forget = {"b_z": 1.0}
    s_zeta = 1.0
    s_nu = -4.0
    b_z = 1.0
    b_n = 1.0

    def step(self, p, x, h):
        a = p.W_h @ x + p.R_h @ h
        z = sigmoid(a + p.b_z)
        n = tanh(a + p.b_n)
        return ((sigmoid(p.s_zeta) * (1 - z) + sigmoid(p.s_nu)) * n + z * h,)
