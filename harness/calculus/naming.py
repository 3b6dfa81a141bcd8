"""Names for the nodes of a program: the author's if there are any, else descriptive ones."""

from collections import Counter

from gatelab.variants.language.table import TABLE, names

from .adjoint import Adjoint
from .blocks import BESIDE, LEAVES, Blocks, bias, matrices, reachable

#: Elementwise functions of one value: their argument is a pre-activation.
FUNCTIONS = names(lambda op: op.called and op.public and not op.reduces and op.arity == 1)
NUMBERS = {0: "zero", 1: "one", 2: "two", 3: "three", 4: "four", 0.5: "half", -1: "minus_one"}
LONGEST = 24


def name_nodes(blocks: Blocks, back: Adjoint, new="_new"):
    """Identifiers for the nodes of a program, unique among computed values.

    Args:
        blocks: the forward pass.
        back: the backward pass.
        new: suffix that distinguishes a new state from the old one.

    Returns:
        {node index: name}.
    """
    namer = _Namer(blocks, new)
    forward = reachable(blocks.outputs)
    for state, output in zip(blocks.states, blocks.outputs, strict=True):
        if output.op not in LEAVES:
            namer.give(output, f"{state}{new}")
    for node in forward:
        if node.index in blocks.names:
            namer.give(node, blocks.names[node.index])
    for argument, node in arguments(forward, namer.names):  # the pre-activation of gate i is a_i
        namer.give(argument, f"a_{namer.names[node.index]}")
    beside = [n for n in blocks.graph.nodes if n.op in BESIDE]
    for node in forward + beside:
        namer.give(node, namer.phrase(node))
    for index, owner in back.owners.items():
        namer.give(blocks.graph.nodes[index], f"d_{namer.names[owner.index]}")
    ends = [*zip((*blocks.states, "x"), (*back.states, back.inputs), strict=True)]
    for state, bar in ends:
        if bar is not None and bar.op not in LEAVES:
            namer.give(bar, f"d_{state}")
    for node in _shared([bar for _, bar in ends], back):
        namer.give(node, namer.phrase(node))
    return namer.names


def arguments(forward, named):
    """[(argument, result)] of the elementwise functions whose results have a name."""
    return [
        (node.args[0], node)
        for node in forward
        if node.op in FUNCTIONS and node.index in named and node.args[0].args
    ]


def _shared(ends, back):
    """Nodes of the backward pass that are used more than once."""
    roots = [r for r in (*ends, *back.rows.values(), *back.vectors.values()) if r is not None]
    nodes = reachable(roots)
    uses = Counter(a.index for n in nodes for a in n.args)
    return [n for n in nodes if uses[n.index] > 1]


class _Namer:
    def __init__(self, blocks, new):
        self.allowed = {"_", *new}
        self.names = {n.index: _leaf_name(n) for n in blocks.graph.nodes if n.op in LEAVES}
        for state in blocks.states:
            leaf = blocks.graph.node("adjoint", value=state)
            self.names[leaf.index] = f"d_{state}{new}"
        self.taken = {*blocks.states, *blocks.parameters, *self.names.values()}

    def give(self, node, wish):
        if node.index in self.names:
            return
        wish = "".join(c for c in wish if c.isalnum() or c in self.allowed).strip("_") or "v"
        wish = f"v{wish}" if wish[0].isdigit() else wish
        self.names[node.index] = unused(wish, self.taken)
        self.taken.add(self.names[node.index])

    def phrase(self, node):
        """A descriptive name for a node without a name from the author."""
        if node.op == "affine":
            return f"u_{(bias(node) or matrices(node)[-1].parameter)[2:]}"
        words = [self._word(a) for a in node.args]
        pattern, short = _phrase(node.op) or (f"{node.op}_{{}}" * len(words), f"{node.op}_value")
        if None in words:
            return short
        phrase = pattern.format(*words)
        return phrase if len(phrase) <= LONGEST else short

    def _word(self, node):
        if node.op == "constant":
            return NUMBERS.get(node.value, f"{node.value:g}".replace(".", "p").replace("-", "m"))
        return self.names.get(node.index)


def _phrase(op):
    """(pattern for a name made from the operands' names, short name if that is too long)."""
    return TABLE[op].phrase if op in TABLE else None


def _leaf_name(node):
    """The author's name; noise gets an underscore, so that no hyperparameter has its name."""
    return f"_{node.value}" if node.op == "noise" else str(node.value)


def unused(wish, taken):
    """The name ``wish``, numbered from 2 if it is taken."""
    name, k = wish, 2
    while name in taken:
        name, k = f"{wish}{k}", k + 1
    return name
