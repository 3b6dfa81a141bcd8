"""Gates: the values between 0 and 1 by which a step multiplies others.

They are found in the graph, not by their names: ``f * c`` has the gate f if f is the output of a
sigmoid, or bounded in another way, for example clipped. ``(1 - z) * n`` has the gate z.
"""

from gatelab.variants.language.symbols import depends_on_data

from .blocks import Blocks, reachable
from .ranges import ranges
from .text import Text

LINEAR = ("add", "sub", "neg", "mul", "div")


def gates(blocks: Blocks, hypers):
    """The gates of a step.

    Args:
        blocks: the step with its products gathered.
        hypers: {name: value} of the hyperparameters.

    Returns:
        list of nodes, in the order of the step.
    """
    bounds = ranges(reachable(blocks.outputs), hypers)
    return [n for n in factors(blocks) if 0 <= bounds[n.index][0] and bounds[n.index][1] <= 1]


def factors(blocks: Blocks):
    """Computed values that depend on x or a state and multiply another such value."""
    known = {*blocks.names, *(o.index for o in blocks.outputs)}
    found = {}
    for node in reachable(blocks.outputs):
        if node.op == "mul" and all(depends_on_data(a) for a in node.args):
            for factor in node.args:
                bare = _bare(factor, known)
                found[bare.index] = bare
    return [found[i] for i in sorted(found) if found[i].args]


def _bare(node, known):
    """z for an unnamed ``1 - z`` or ``dt * z``: the one value in it that depends on data."""
    while node.index not in known and node.op in LINEAR:
        live = [a for a in node.args if depends_on_data(a)]
        if len(live) > 1:
            break
        node = live[0]
    return node


def label(program, node):
    """A value as text: the author's name; the state that it becomes; else its expression."""
    if node.index in program.blocks.names:
        return program.blocks.names[node.index]
    for state, output in zip(program.states, program.blocks.outputs, strict=True):
        if output is node:
            return state
    return _expression(program, node)


def _expression(program, node):
    """A value in terms of the author's names and, with a prime, of the new states."""
    writer = Text(program, dict(program.blocks.names), loose=True)
    for index in writer.labels:
        writer.give_name(program.all[index])
    for state, output in zip(program.states, program.blocks.outputs, strict=True):
        if output.args:
            writer.named.setdefault(output.index, f"{state}'")
    return writer.text(node)
