"""Two cells whose units remember by being bistable, as neurons do."""

from . import Variant, register, sigmoid, tanh


@register("brc")
class BRC(Variant):
    """Bistable recurrent cell: each unit sees only itself and remembers through its own feedback a.

    Unlike in ``nbrc``, a unit's gates depend on that unit alone. Where a > 1, a unit has two stable
    states. c is the share of h that is kept; the paper has no other name for it, and it is not a
    cell state. p_a and p_c start at 1, as in the authors' code, and biases at 0. The candidate has
    no bias.

    Used for memory without a time limit: a latched value stays, and no gate has to hold it.

    Citation: Vecoven, Ernst, Drion (2021), A bio-inspired bistable recurrent cell allows for
    long-lasting memory, PLOS ONE 16(6):e0252676, arXiv:2006.05252.
    """

    p_a = 1.0
    p_c = 1.0
    forget = {"b_c": 1.0}

    def step(self, p, x, h):
        a = 1 + tanh(p.W_a @ x + p.p_a * h + p.b_a)
        c = sigmoid(p.W_c @ x + p.p_c * h + p.b_c)
        return (c * h + (1 - c) * tanh(p.W_h @ x + a * h),)


@register("nbrc")
class NBRC(Variant):
    """Neuromodulated bistable recurrent cell: all units set each unit's feedback a and gate c.

    Unlike in ``brc``, a and c depend on all units. Unlike in ``gru``, the candidate does not mix
    units through a matrix, and a reaches 2 where a reset gate stays below 1; above 1 a unit is
    bistable. c is the share of h that is kept. Biases start at 0 and the candidate has none, as in
    the authors' code.

    Used for memory without a time limit where ``brc`` is too weak.

    Citation: Vecoven, Ernst, Drion (2021), A bio-inspired bistable recurrent cell allows for
    long-lasting memory, PLOS ONE 16(6):e0252676, arXiv:2006.05252.
    """

    forget = {"b_c": 1.0}

    def step(self, p, x, h):
        a = 1 + tanh(p.W_a @ x + p.R_a @ h + p.b_a)
        c = sigmoid(p.W_c @ x + p.R_c @ h + p.b_c)
        return (c * h + (1 - c) * tanh(p.W_h @ x + a * h),)
