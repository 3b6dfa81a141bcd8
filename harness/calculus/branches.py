"""Branches: what a step computes for a side of a where, a maximum, a minimum or a relu only.

Nothing flows into a side that is not taken: its adjoint is 0 there. But the side need not be finite
where it is not taken, as in ``where(u > 0, sqrt(u), 0.0)``, and 0 * NaN is NaN. So a 0 that reaches
such a side is handed on as 0, whatever the derivative.
"""

from gatelab.variants.language.operations import REDUCTIONS, abs_, where
from gatelab.variants.language.table import TABLE

from .blocks import CONSTANT, LEAVES, reachable

#: Here units meet: what is not finite for one would reach the others.
MIXING = (*LEAVES, "affine", *REDUCTIONS)
HANDED_ON = ("add", "sub", "neg")  # the adjoint as it is


class Branches:
    """The nodes of a step whose adjoint may be 0 because nobody takes them.

    Args:
        outputs: the new states.
    """

    def __init__(self, outputs):
        self.behind = dict.fromkeys((o.index for o in outputs), False)
        nodes = reachable(outputs)
        for node in reversed(nodes):
            self._visit(node)
        self.masked = {n.index for n in nodes if self.behind.get(n.index) and _is_rough(n)}

    def part(self, node, bar, part):
        """What a node sends to an argument: nothing where nothing has reached it."""
        if node.index not in self.masked:
            return part
        return where(abs_(bar) <= 0, 0.0, part)  # NaN is handed on: it is a fault, not a side

    def _visit(self, node):
        """Nodes before their arguments: one is behind a side if all that read it are."""
        if node.op in MIXING:
            self.behind[node.index] = False
        if node.op in CONSTANT:
            return
        behind = self.behind.get(node.index, True) or _selects(node)
        for argument in node.args:
            self.behind[argument.index] = self.behind.get(argument.index, True) and behind


def _selects(node):
    return node.op in TABLE and TABLE[node.op].selects


def _is_rough(node):
    """Whether a derivative may be infinite or NaN: the node's own, or by what it multiplies."""
    if node.op in HANDED_ON or _selects(node):
        return False
    waiting, seen = [node], set()
    while waiting:
        inner = waiting.pop()
        if inner.op in TABLE and TABLE[inner.op].rough:
            return True
        if inner.index not in seen and inner.op not in MIXING:
            seen.add(inner.index)
            waiting.extend(inner.args)
    return False
