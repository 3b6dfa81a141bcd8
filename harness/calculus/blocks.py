"""Blocks: the products of a step, gathered into one affine map per pre-activation.

``W_i @ x + R_i @ h + p_i * c + b_i`` becomes the affine block ``[W_i b_i R_i] @ [x; 1; h]`` plus
``p_i * c``. Blocks with the same operands at the same depth form a group: each group needs one
matrix product per step, whatever the number of gates.
"""

from collections import Counter
from dataclasses import dataclass

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.parameters import BIAS, kind
from gatelab.variants.language.symbols import COMPARISONS, Graph, Matrix, Symbol
from gatelab.variants.language.table import TABLE

from .trace import Trace
from .unused import parameters

LEAVES = ("input", "state", "vector", "scalar", "hyper", "constant", "noise", "adjoint")
#: Nodes that are never differentiated with respect to.
CONSTANT = ("constant", "hyper", "noise", *COMPARISONS)
#: Intermediate results of reductions, one number per sequence.
BESIDE = tuple(op.beside for op in TABLE.values() if op.beside)
#: Operations that need all units of their operand, and so divide a step into segments.
CUTS = ("affine", *REDUCTIONS, *BESIDE)


@dataclass(frozen=True)
class Group:
    """Affine blocks with the same operands: rows of one stacked matrix.

    Attributes:
        operands: the vectors that are multiplied, x first.
        bias: whether a row of ones is among the operands.
        rows: the affine nodes, each with H rows of the stacked matrix.
        level: number of cuts on the longest path to the group, including the group.
    """

    operands: tuple[Symbol, ...]
    bias: bool
    rows: tuple[Symbol, ...]
    level: int


@dataclass(frozen=True)
class Blocks:
    """A trace whose products are all in affine blocks.

    Attributes:
        graph: the graph of the rewritten step.
        states: names of the states.
        outputs: the new states, in the same order.
        names: the author's variable for a node, by node index.
        groups: the affine blocks, by operands and level.
        parameters: names of the trained parameters, in the order in which the step uses them.
        levels: number of cuts (products, functions of all units) on the longest path to a node,
            by node index.
    """

    graph: Graph
    states: tuple[str, ...]
    outputs: tuple[Symbol, ...]
    names: dict[int, str]
    groups: tuple[Group, ...]
    parameters: tuple[str, ...]
    levels: dict[int, int]


def operands(affine):
    """The vectors that an affine block multiplies."""
    return affine.args[: affine.value[0]]


def matrices(affine):
    """The matrices of an affine block, one per operand."""
    return affine.args[affine.value[0] :]


def bias(affine):
    """Name of the bias of an affine block, or None."""
    return affine.value[1]


def gather(trace: Trace) -> Blocks:
    """Rewrite a trace so that every product is part of an affine block.

    Args:
        trace: a traced step.

    Returns:
        Blocks, in a new graph.
    """
    return _Gatherer(trace).run()


class _Gatherer:
    def __init__(self, trace):
        self.trace, self.graph, self.done = trace, Graph(), {}
        self.uses = Counter(a.index for n in reachable(trace.outputs) for a in n.args)
        self.uses.update(o.index for o in trace.outputs)

    def run(self):
        leaves = [n for n in self.trace.graph.nodes if n.op in ("input", "state")]
        for node in leaves + reachable(self.trace.outputs):
            if node.op not in ("add", "sub", "product"):  # sums: when their user is rewritten
                self.rewrite(node)
        outputs = tuple(self.rewrite(o) for o in self.trace.outputs)
        names = {
            self.done[i].index: name
            for i, name in self.trace.names.items()
            if i in self.done and self.done[i].args
        }
        levels = _levels(outputs)
        groups = _groups(outputs, levels)
        used = parameters(self.trace)
        return Blocks(self.graph, self.trace.states, outputs, names, groups, used, levels)

    def rewrite(self, node):
        if node.index not in self.done:
            self.done[node.index] = self._rewrite(node)
        return self.done[node.index]

    def _rewrite(self, node):
        if isinstance(node, Matrix):
            args = [self.rewrite(a) for a in node.args]
            return self.graph.node(node.op, args, node.value, kind="matrix")
        if node.op in ("add", "sub", "product"):
            return self._sum(node)
        args = [self.rewrite(a) for a in node.args]
        if node.op in TABLE and TABLE[node.op].beside:
            # The backward pass needs it; the compiled loop computes it in the forward pass.
            self.graph.node(TABLE[node.op].beside, args)
        return self.graph.node(node.op, args, node.value)

    def _sum(self, node):
        """A sum that contains products: one affine block plus the other terms, in order."""
        terms = list(self._terms(node, +1, root=True))
        products = [(sign, term) for sign, term, own in terms if own]
        if not products:
            return self.graph.node(node.op, [self.rewrite(a) for a in node.args])
        biases = [k for k, (sign, term, _) in enumerate(terms) if sign > 0 and _is_bias(term)]
        first = biases[0] if biases else None  # a block has one bias; others are terms
        total = self._affine(products, None if first is None else terms[first][1])
        for k, (sign, term, own) in enumerate(terms):
            if not own and k != first:
                total = self.graph.node("add" if sign > 0 else "sub", (total, self.rewrite(term)))
        return total

    def _terms(self, node, sign, root=False):
        """(sign, term, whether a product of this block), through sums with no other use."""
        alone = root or self.uses[node.index] == 1
        if node.op in ("add", "sub") and alone:
            yield from self._terms(node.args[0], sign)
            yield from self._terms(node.args[1], sign if node.op == "add" else -sign)
        else:
            yield sign, node, node.op == "product" and alone

    def _affine(self, products, bias):
        by_operand = {}
        for sign, product in products:
            matrix, vector = (self.rewrite(a) for a in product.args)
            matrix = matrix if sign > 0 else -matrix
            known = by_operand.get(vector.index)
            by_operand[vector.index] = (vector, known[1] + matrix if known else matrix)
        # Node order is the order wanted: x, then the states, then computed values.
        pairs = [by_operand[i] for i in sorted(by_operand)]
        args = [v for v, _ in pairs] + [m for _, m in pairs]
        return self.graph.node("affine", args, (len(pairs), None if bias is None else bias.value))


def _is_bias(term):
    return term.op == "vector" and kind(term.value) is BIAS


def _levels(outputs):
    levels = {}
    for node in reachable(outputs):
        below = max((levels[a.index] for a in node.args if a.index in levels), default=0)
        levels[node.index] = below + (node.op in CUTS)
    return levels


def _groups(outputs, levels):
    rows = [n for n in reachable(outputs) if n.op == "affine"]
    found = {}
    for row in rows:
        key = (levels[row.index], tuple(v.index for v in operands(row)), bias(row) is not None)
        found.setdefault(key, []).append(row)
    return tuple(
        Group(operands(rows[0]), with_bias, tuple(rows), level)
        for (level, _, with_bias), rows in sorted(found.items(), key=lambda kv: kv[0])
    )


def reachable(roots):
    """The nodes that ``roots`` depend on, arguments before results, without matrices."""
    found, waiting = {}, [r for r in roots]
    while waiting:
        node = waiting.pop()
        if node.index not in found and not isinstance(node, Matrix):
            found[node.index] = node
            waiting.extend(node.args)
    return [found[i] for i in sorted(found)]
