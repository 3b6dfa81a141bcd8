"""Fold: groups the nodes of a trace into clusters, each of which is drawn as one shape.

A gate includes its pre-activation, and a sum the weights of its terms. Few boxes and small circles
remain. Every node is in exactly one cluster, and every edge is either inside a cluster or a wire.
"""

from collections import Counter
from dataclasses import dataclass

from gatelab.variants.language.operations import FUNCTIONS
from gatelab.variants.language.symbols import Matrix, Symbol

from ..calculus.blocks import reachable
from ..calculus.trace import Trace

SUMS, PRODUCTS = ("add", "sub", "neg"), ("mul", "div")
NUMBERS = ("constant", "hyper", "scalar")
READABLE = 3  # operations on named values that a function may include


@dataclass(frozen=True)
class Cluster:
    """Nodes that become one shape.

    Attributes:
        root: the node whose value leaves the shape.
        chain: the function at the root and the operations with numbers around it, outermost first.
        members: indices of all its nodes.
        wires: {source: edges}, the values that come from x, states and other clusters, by index.
        inside: the edges (from, to) that need no wire.
    """

    root: Symbol
    chain: tuple[Symbol, ...]
    members: frozenset[int]
    wires: dict[int, tuple[tuple[int, int], ...]]
    inside: tuple[tuple[int, int], ...]


def fold(trace: Trace):
    """The clusters of a trace, each after those whose values it uses."""
    folder, found = _Folder(trace), {}
    waiting = [node for node in trace.outputs if _drawn(node)]
    while waiting:
        root = waiting.pop()
        if root.index not in found:
            found[root.index] = cluster = folder.cluster(root)
            nodes = trace.graph.nodes
            waiting += [nodes[i] for i in cluster.wires if _drawn(nodes[i])]
    return [found[index] for index in sorted(found)]


def _drawn(node):
    """Whether a value gets a shape; x and old states do not."""
    return node.op not in ("input", "state")


class _Folder:
    def __init__(self, trace):
        self.names = trace.names
        nodes = reachable(trace.outputs)
        self.uses = Counter(a.index for n in nodes for a in _vectors(n))
        self.uses.update(n.index for n in trace.outputs)
        self.live = set()  # values that depend on x or a state
        for n in nodes:
            if not _drawn(n) or any(a.index in self.live for a in _vectors(n)):
                self.live.add(n.index)

    def cluster(self, root):
        """The cluster whose value is that of the node ``root``."""
        chain = self._chain(root)
        members = self._members(root, chain)
        for node in list(members.values()):
            members |= self._constants(node)
        wires, inside = {}, []
        for node in (members[i] for i in sorted(members)):
            for a in node.args:
                edge = (a.index, node.index)
                if isinstance(a, Matrix):
                    inside += [*_edges(a), edge]
                elif a.index in members or not (a.args or a.index in self.live):
                    inside.append(edge)
                else:
                    wires[a.index] = (*wires.get(a.index, ()), edge)
        return Cluster(root, tuple(chain), frozenset(members), wires, tuple(dict.fromkeys(inside)))

    def _members(self, root, chain):
        """{index: node} that are drawn together with a root."""
        alone = {n.index: n for n in (root, *chain)}
        if chain:
            return alone | self._argument(operand(chain[-1]))
        if root.op == "where" and self._single(root.args[0]):
            return alone | {root.args[0].index: root.args[0]}
        if root.op not in (*SUMS, *PRODUCTS, "product"):
            return alone
        linear = self._linear(root)
        if any(n.op == "product" for n in linear.values()):
            return linear
        tree = self._tree(root, SUMS + PRODUCTS)
        if len(self._sources(tree)) <= 1:
            return tree
        return self._tree(root, SUMS if root.op in SUMS else PRODUCTS)

    def _chain(self, node):
        """A function and the numbers applied to it, outermost first: ``2 * tanh(..)``."""
        inner = operand(node)
        if inner is None or len(node.args) == 1:
            return [] if inner is None else [node]
        rest = self._chain(inner) if self._private(inner) else []
        return [node, *rest] if rest or node.op != "mul" else []

    def _argument(self, node):
        """The nodes of its argument that a function includes."""
        if not self._single(node) or node.index not in self.live:
            return {}
        linear = self._linear(node)
        if any(self._weighs(n) for n in linear.values()):
            return linear
        tree = self._tree(node, SUMS + PRODUCTS) if node.op in SUMS + PRODUCTS else {}
        sources = self._sources(tree)
        if node.index in self.names and len(sources) > 1:
            return {}
        known = all(not s.args or s.index in self.names for s in sources.values())
        return tree if len(sources) == 1 or (known and len(tree) <= READABLE) else {}

    def _weighs(self, node):
        return node.op == "product" or any(a.op == "vector" for a in node.args)

    def _linear(self, node):
        """A sum with its products and weighted terms, without those also used elsewhere."""
        if node.op == "product":
            return {node.index: node}
        if node.op in SUMS:
            terms = node.args
        elif node.op in PRODUCTS:
            terms = [a for a in node.args if a.index in self.live]
            if len(terms) != 1 or (node.op == "div" and terms[0] is not node.args[0]):
                return {}
        else:
            return {}
        found = {node.index: node}
        for a in terms:
            if self._single(a):
                found |= self._linear(a)
        return found

    def _tree(self, node, ops):
        """A node and the values it is made of by ``ops``, without those used elsewhere or named."""
        found = {node.index: node}
        for a in _vectors(node):
            if self._private(a) and a.op in ops:
                found |= self._tree(a, ops)
        return found

    def _constants(self, node):
        """The values below a node that depend on parameters and numbers only."""
        found = {}
        for a in _vectors(node):
            if self._private(a) and a.index not in self.live:
                found |= {a.index: a} | self._constants(a)
        return found

    def _sources(self, members):
        """{index: node} of the values that enter the members, without parameters and numbers."""
        args = (a for n in members.values() for a in _vectors(n))
        return {a.index: a for a in args if a.index not in members and a.index in self.live}

    def _single(self, node):
        """Whether a computed value is used only once."""
        return bool(node.args) and self.uses[node.index] == 1

    def _private(self, node):
        """Whether a value is used only once and has no name."""
        return self._single(node) and node.index not in self.names


def operand(node):
    """The argument of a function, or the value that a number scales or bounds; else None."""
    if node.op in FUNCTIONS and len(node.args) == 1:
        return node.args[0]
    if node.op in ("mul", "maximum", "minimum"):
        inner = [a for a in node.args if a.op not in NUMBERS]
        return inner[0] if len(inner) == 1 else None
    return None


def _vectors(node):
    return [a for a in node.args if not isinstance(a, Matrix)]


def _edges(matrix):
    """The edges of a matrix expression."""
    for a in matrix.args:
        yield from _edges(a)
        yield a.index, matrix.index
