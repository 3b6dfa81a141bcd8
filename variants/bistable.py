"""Two cells whose units remember by being bistable, as neurons do."""

from . import Variant, register, sigmoid, tanh


@register("brc")
class BRC(Variant):
    """Bistable recurrent cell: no unit sees another, each remembers through its own feedback a.

    Not ``nbrc``, whose gates see all units. Where a > 1 a unit has two stable states. c keeps; it
    has no other name in the paper, and is no cell state. p_a and p_c start at 1 as in the authors'
    code, biases at 0, and the candidate has none.

    Used for memory without end: what is latched stays without anything to hold it open.

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
    """Neuromodulated bistable cell: a unit's feedback a and gate c are set by all units.

    Not ``brc``, where both are its own; not ``gru``, whose candidate mixes units through a matrix
    and whose reset stays below 1: here a reaches 2, and above 1 a unit is bistable. c keeps; biases
    start at 0, and the candidate has none, as in the authors' code.

    Used for memory without end, where ``brc`` is too weak.

    Citation: Vecoven, Ernst, Drion (2021), A bio-inspired bistable recurrent cell allows for
    long-lasting memory, PLOS ONE 16(6):e0252676, arXiv:2006.05252.
    """

    forget = {"b_c": 1.0}

    def step(self, p, x, h):
        a = 1 + tanh(p.W_a @ x + p.R_a @ h + p.b_a)
        c = sigmoid(p.W_c @ x + p.R_c @ h + p.b_c)
        return (c * h + (1 - c) * tanh(p.W_h @ x + a * h),)
