"""Branches: nodes that a step needs for one side of a where, maximum, minimum or relu only.

The adjoint of a side is 0 where that side is not selected. Its derivative need not be finite there,
as in ``where(u > 0, sqrt(u), 0.0)``, and 0 * NaN is NaN. An adjoint of 0 is therefore passed on
through such a node as 0, whatever the derivative.
"""

from gatelab.variants.language.operations import REDUCTIONS, abs_, where
from gatelab.variants.language.table import TABLE

from .blocks import CONSTANT, LEAVES, reachable

#: Operations at which the search stops: leaves, and operations that mix units, where a non-finite
#: value of one unit would spread to the others.
MIXING = (*LEAVES, "affine", *REDUCTIONS)
HANDED_ON = ("add", "sub", "neg")  # these pass the adjoint on unchanged, up to its sign


class Branches:
    """The nodes of a step whose adjoint may be 0 because their side is not selected.

    Args:
        outputs: the new states.

    Attributes:
        behind: {node index: whether all uses of the node are within a side}.
        masked: indices of those of them whose derivative may be infinite or NaN.
    """

    def __init__(self, outputs):
        self.behind = dict.fromkeys((o.index for o in outputs), False)
        nodes = reachable(outputs)
        for node in reversed(nodes):
            self._visit(node)
        self.masked = {n.index for n in nodes if self.behind.get(n.index) and _is_rough(n)}

    def part(self, node, bar, part):
        """A node's contribution to an argument's adjoint, 0 where the node's own adjoint is 0.

        Args:
            node: the forward node.
            bar: the node's adjoint.
            part: the contribution according to the derivative rule.
        """
        if node.index not in self.masked:
            return part
        return where(abs_(bar) <= 0, 0.0, part)  # <=, so that a NaN in bar is passed on

    def _visit(self, node):
        """Visit a node before its arguments: it is behind a side if all its users are."""
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
    """Whether the derivative may be infinite or NaN, by the node's rule or by its arguments."""
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
