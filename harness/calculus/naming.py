"""Names for the nodes of a program: the author's where there are any, telling ones elsewhere."""

import keyword

from variants.symbols import ELEMENTWISE

from .adjoint import Adjoint
from .blocks import LEAVES, Blocks, reachable

RESERVED = {"p", "d", "x", "d_x", "saved", "real", "power", "_n", "_k", *ELEMENTWISE}


def name_nodes(blocks: Blocks, back: Adjoint):
    """{node index: name}; names are Python identifiers, each used once."""
    namer = _Namer(blocks)
    forward = reachable(blocks.outputs)
    for state, output in zip(blocks.states, blocks.outputs, strict=True):
        if output.op not in LEAVES:
            namer.give(output, f"{state}_new")
    for node in forward:
        if node.index in blocks.names:
            namer.give(node, blocks.names[node.index])
    for node in forward:  # the pre-activation of gate i is a_i
        if node.index in namer.names and node.op in ELEMENTWISE and node.args[0].args:
            namer.give(node.args[0], f"a_{namer.names[node.index]}")
    for node in forward:
        if node.op not in LEAVES:
            namer.give(
                node, "_".join([node.op, *(namer.names.get(a.index, "") for a in node.args)])
            )
    for index, owner in back.owners.items():
        namer.give(blocks.graph.nodes[index], f"d_{namer.names[owner.index]}")
    ends = zip((*blocks.states, "x"), (*back.states, back.inputs), strict=True)
    for state, bar in ends:
        if bar is not None and bar.op not in LEAVES:
            namer.give(bar, f"d_{state}")
    return namer.names


class _Namer:
    def __init__(self, blocks):
        self.names = {n.index: str(n.value) for n in blocks.graph.nodes if n.op in LEAVES}
        for state, leaf in zip(blocks.states, _adjoints(blocks), strict=True):
            self.names[leaf.index] = f"d_{state}_new"
        self.taken = {*RESERVED - {"d_x"}, *blocks.states, *blocks.parameters, *self.names.values()}

    def give(self, node, wish):
        if node.index in self.names:
            return
        wish = "".join(c for c in wish if c.isalnum() or c == "_").strip("_")[:24] or "v"
        name, k = wish, 2
        while name in self.taken or keyword.iskeyword(name) or not name.isidentifier():
            name, k = f"{wish}{k}", k + 1
        self.names[node.index] = name
        self.taken.add(name)


def _adjoints(blocks):
    return [blocks.graph.node("adjoint", value=s) for s in blocks.states]
