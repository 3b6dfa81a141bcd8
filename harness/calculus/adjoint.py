"""Adjoints: reverse-mode differentiation of a step, one derivative rule per operation.

The rules are in the table of operations (variants/language/operations), as functions of symbols.
They are written with the graph's own operators, so that a derivative is again a list of statements
that can be printed, computed and compiled. Nothing is simplified: the form that the author chose
may be what keeps the cell stable in floating point.
"""

from dataclasses import dataclass

from gatelab.variants.language.symbols import Symbol
from gatelab.variants.language.table import TABLE

from .blocks import CONSTANT, LEAVES, Blocks, reachable
from .branches import Branches


@dataclass(frozen=True)
class Adjoint:
    """The backward pass of one step, as nodes of the same graph.

    Attributes:
        incoming: dL/d(new state), per state: the leaves that the sweep starts from.
        rows: dL/d(affine block), by node index of the block.
        states: dL/d(old state), per state; None if no gradient reaches it.
        inputs: dL/dx; None if no gradient reaches it.
        vectors: dL/d(parameter) before summing over time and batch, by parameter name, without
            the parameters of affine blocks (matrices and their biases).
        owners: {index of an adjoint node: the forward node that it is the adjoint of}.
    """

    incoming: tuple[Symbol, ...]
    rows: dict[int, Symbol]
    states: tuple[Symbol | None, ...]
    inputs: Symbol | None
    vectors: dict
    owners: dict[int, Symbol]


def adjoint(blocks: Blocks, held=frozenset()) -> Adjoint:
    """Derive the backward pass of a step.

    Args:
        blocks: the step with its products gathered; its graph receives the new nodes.
        held: indices of nodes that count as constants: nothing flows through them.

    Returns:
        Adjoint.
    """
    return _Sweep(blocks, held).run()


class _Sweep:
    def __init__(self, blocks, held):
        self.held = held
        self.blocks, self.graph, self.branches = blocks, blocks.graph, Branches(blocks.outputs)
        self.parts: dict[int, list[Symbol]] = {}
        self.rows, self.owners = {}, {}

    def run(self):
        forward = reachable(self.blocks.outputs)
        incoming = tuple(self.graph.node("adjoint", value=name) for name in self.blocks.states)
        for output, bar in zip(self.blocks.outputs, incoming, strict=True):
            self.parts.setdefault(output.index, []).append(bar)
        for node in reversed(forward):
            self._visit(node)
        leaves = [n for n in self.graph.nodes if isinstance(n, Symbol) and n.op in LEAVES]
        named = {(n.op, n.value): n for n in leaves}
        states = tuple(self._total(named.get(("state", s))) for s in self.blocks.states)
        vectors = {
            n.value: self._total(n)
            for n in leaves
            if n.op in ("vector", "scalar") and n.index in self.parts
        }
        inputs = self._total(named.get(("input", "x")))
        return Adjoint(incoming, self.rows, states, inputs, vectors, self.owners)

    def _visit(self, node):
        self._pull(node)
        bar = self._total(node)
        if bar is None or node.op in LEAVES or node.index in self.held:
            return
        if bar.op not in LEAVES:
            self.owners.setdefault(bar.index, node)
        if node.op == "affine":
            self.rows[node.index] = bar
            return
        active = [a.op not in CONSTANT for a in node.args]
        if not any(active):
            return
        parts = TABLE[node.op].derivative(bar, node, *node.args)
        for argument, part in zip(node.args, parts, strict=True):
            if part is not None and argument.op not in CONSTANT:
                part = self.branches.part(node, bar, part)
                self.parts.setdefault(argument.index, []).append(part)

    def _pull(self, node):
        """Add an operand's adjoints through the transposed matrices of its groups."""
        for g, group in enumerate(self.blocks.groups):
            positions = [k for k, v in enumerate(group.operands) if v is node]
            bars = tuple(self.rows[r.index] for r in group.rows if r.index in self.rows)
            if positions and bars:
                live = tuple(r.index for r in group.rows if r.index in self.rows)
                pulled = self.graph.node("pull", bars, (g, positions[0], live))
                self.parts.setdefault(node.index, []).append(pulled)

    def _total(self, node):
        """The adjoint of a node, summed over its uses; None if no gradient reached it."""
        if node is None or node.index not in self.parts:
            return None
        parts = self.parts[node.index]
        total = parts[0]
        for part in parts[1:]:
            minus = part.op == "neg"
            args = (total, part.args[0] if minus else part)
            total = self.graph.node("sub" if minus else "add", args)
        return total
