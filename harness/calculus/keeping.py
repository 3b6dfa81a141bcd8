"""Keeping: the factor by which one step multiplies what a unit remembers.

``c' = f * c + i * g`` keeps the share f of c, ``h' = (1 - z) * n + z * h`` the share z of h. The
factor is the derivative of the new state with respect to the old one, unit by unit, along the
direct path alone: the step's adjoint, derived once more with everything held constant that is not
part of that path. These are matrices and functions of all units, which lead to other units, and
the gates, which decide how much passes but carry nothing. (In the LSTM of 1997 the direct path is
the "constant error carousel"; its truncated gradient stops at the gates as well.)
"""

from dataclasses import replace

from gatelab.variants.language.symbols import Symbol

from .adjoint import adjoint
from .blocks import CUTS, gather, reachable
from .gates import gates
from .naming import name_nodes


def keeping(program, hypers):
    """The factors by which a step multiplies its states.

    Args:
        program: the ``Program`` of a cell.
        hypers: {name: value} of the hyperparameters.

    Returns:
        a copy of the program that owns the nodes of the factors, and {state: node}. Two kinds of
        states are left out: those without a direct path, because all they remember goes through a
        matrix, and those that a maximum or a where keeps or replaces as a whole.
    """
    blocks = gather(program.traced)
    back = adjoint(blocks)
    mixing = [n for n in reachable(blocks.outputs) if n.op in CUTS]
    held = frozenset(n.index for n in [*mixing, *gates(blocks, hypers)])
    direct = adjoint(blocks, held)
    found = {}
    for own, (state, bar) in enumerate(zip(blocks.states, direct.states, strict=True)):
        unit = [float(k == own) for k in range(len(blocks.states))]
        factor = None if bar is None else _at(bar, dict(zip(direct.incoming, unit, strict=True)))
        if factor is not None and factor.value != 0 and not _selects(factor):
            found[state] = factor
    names = name_nodes(blocks, back)
    return replace(program, blocks=blocks, adjoint=back, names=names), found


def _selects(factor):
    """Whether a factor is a choice between two numbers."""
    return factor.op == "where" and all(a.op == "constant" for a in factor.args[1:])


def _at(node, values):
    """An expression with numbers in place of some leaves; terms of 0 and factors of 1 left out.

    Args:
        node: of a graph.
        values: {leaf: number}.
    """
    graph, done = node.graph, {leaf.index: leaf.graph.constant(v) for leaf, v in values.items()}
    for each in reachable([node]):
        if each.index not in done:
            args = [done.get(a.index, a) for a in each.args]  # matrices stay as they are
            same = all(new is old for new, old in zip(args, each.args, strict=True))
            done[each.index] = each if same else _shorter(graph, each, args)
    return done[node.index]


def _shorter(graph, node, args) -> Symbol:
    """An operation on new arguments, in its shortest form."""
    number = [a.value if a.op == "constant" else None for a in args]
    if node.op == "mul" and 0 in number:
        return graph.constant(0.0)
    if node.op == "mul" and 1 in number:
        return args[1 - number.index(1)]
    if node.op in ("add", "sub") and number[1] == 0:
        return args[0]
    if node.op == "add" and number[0] == 0:
        return args[1]
    if node.op == "div" and number[0] == 0:
        return args[0]
    if node.op == "where" and number[1] == number[2] is not None:
        return args[1]
    if node.op in ("add", "sub", "mul", "div", "neg"):
        return graph.elementwise(node.op, *args)
    return graph.node(node.op, args, node.value)
