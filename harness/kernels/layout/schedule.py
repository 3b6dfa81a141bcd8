"""Schedule: the order of pointwise statements and products.

A step alternates between pointwise segments and cuts, which are matrix products and functions of
all units: segment 0, the cuts of level 1, segment 1, and so on. The backward pass has the same
structure, with its own segments. A value is computed as late as possible, and stored only if a
later segment or the backward pass needs it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.symbols import Matrix

from ...calculus.blocks import BESIDE, CUTS, LEAVES, reachable
from ...calculus.program import RATIONAL


@dataclass(eq=False)  # symbols do not support ==
class Segment:
    """A run of pointwise statements and the cuts that follow it.

    Attributes:
        roots: nodes whose values are used after the segment.
        products: indices of the groups whose products follow.
        reductions: functions of all units that follow, each of one of the roots.
    """

    roots: list = field(default_factory=list)
    products: list[int] = field(default_factory=list)
    reductions: list = field(default_factory=list)


def forward_schedule(program):
    """Schedule the forward pass of a program.

    Returns:
        The segments, and the nodes whose values must be stored beyond their segment.
    """
    groups, levels = program.blocks.groups, program.blocks.levels
    segments = [Segment() for _ in range(1 + max(levels.values(), default=0))]
    read = []  # by cuts; an operand of two cuts is computed before the first
    for k, group in enumerate(groups):
        segments[group.level - 1].products.append(k)
        read.append((group.level, group.operands))
    for node in reachable(program.blocks.outputs):
        if node.op in REDUCTIONS:
            segments[levels[node.index] - 1].reductions.append(node)
            read.append((levels[node.index], node.args))
    for level, nodes in sorted(read, key=lambda pair: pair[0]):
        wanted = [n for n in nodes if n.op not in LEAVES]
        segments[level - 1].roots += _without_doubles(wanted, segments)
    segments[-1].roots += _without_doubles(program.blocks.outputs, segments)
    computed, remembered = _lifetimes(segments, {n.index for n in program.saved})
    late = [n for n in program.saved if n.index not in computed and n.op not in CUTS]
    segments[-1].roots += _without_doubles(late, segments)
    for node in (*program.saved, *(r for s in segments for r in s.reductions)):
        if node.op not in BESIDE:  # those have another place: one number per sequence
            remembered.setdefault(node.index, node)
    return segments, [remembered[i] for i in sorted(remembered)]


def _without_doubles(nodes, segments):
    """The nodes that no segment computes yet, without duplicates."""
    known = {r.index for s in segments for r in s.roots}
    return list({n.index: n for n in nodes if n.index not in known}.values())


def _lifetimes(segments, saved):
    """The segment that first computes each node, and the nodes that a later segment reads."""
    first, remembered = {}, {}
    for s, segment in enumerate(segments):
        waiting, seen = list(segment.roots), set()
        while waiting:
            node = waiting.pop()
            if node.index in seen or node.op in LEAVES or isinstance(node, Matrix):
                continue
            seen.add(node.index)
            if node.op in CUTS:
                if node.index in saved:
                    remembered[node.index] = node
                continue
            costly = node.op not in RATIONAL
            if costly and first.get(node.index, s) < s:
                remembered[node.index] = node
                continue
            if costly:
                first[node.index] = s
            waiting.extend(node.args)
    return first, remembered


@dataclass
class BackwardSchedule:
    """The backward pass of one step.

    Attributes:
        segments: their roots are adjoints of affine blocks, of parameters and of states.
        pulled: per state, the pulls that are summands of its adjoint and of no other.
        rest: per state, the node of the sum of all other summands, or None.
        level: function (node) -> the first segment that can compute it.
    """

    segments: list[Segment]
    pulled: list[list]
    rest: list
    level: Callable


def backward_schedule(program):
    """Schedule the backward pass of a program, deepest products first."""
    back, groups = program.adjoint, program.blocks.groups
    level = _levels(program)
    pulled, rest = [], []
    own = _own_pulls(back.states)
    for bar in back.states:
        deferred, other = _split(program, bar, own)
        pulled.append(deferred)
        rest.append(other)
    loose = [*back.vectors.values(), *(r for r in rest if r is not None)]
    rows = [[back.rows[r.index] for r in g.rows if r.index in back.rows] for g in groups]
    ends = [*loose, *(bar for bars in rows for bar in bars)]
    segments = [Segment() for _ in range(1 + max((level(n) for n in ends), default=0))]
    for node in _new_reductions(program, ends):
        segments[level(node) - 1].reductions.append(node)
        segments[level(node) - 1].roots.append(node.args[0])
    for node in loose:
        segments[level(node)].roots.append(node)
    for k, bars in enumerate(rows):
        if bars:
            at = max(level(b) for b in bars)
            segments[at].products.append(k)
            segments[at].roots += bars
    return BackwardSchedule(segments, pulled, rest, level)


def _new_reductions(program, ends):
    """The functions of all units that the backward pass computes."""
    waiting, seen = list(ends), {n.index: n for n in program.saved}
    found = {}
    while waiting:
        node = waiting.pop()
        if node.index not in seen and not isinstance(node, Matrix):
            seen[node.index] = node
            waiting.extend(node.args)
            if node.op in REDUCTIONS:
                found[node.index] = node
    return [found[i] for i in sorted(found)]


def _levels(program):
    """A function (node) -> number of backward cuts on the longest path to it."""
    known, saved = {}, {n.index for n in program.saved}

    def level(node):
        if node.index not in known:
            below = [level(a) for a in node.args if not isinstance(a, Matrix)]
            own = node.op in LEAVES or node.op == "affine" or node.index in saved
            cut = node.op == "pull" or node.op in REDUCTIONS
            known[node.index] = 0 if own else max(below, default=0) + cut
        return known[node.index]

    return level


def _own_pulls(bars):
    """Indices of the pulls that occur once, as a summand of one state's adjoint.

    Only the buffer of such a pull can carry the adjoint to the previous step. A pull that occurs in
    two sums, as for R @ (h + c) and R @ (h + h), would add the adjoint of later steps twice.
    """
    uses = Counter(term.index for bar in bars for term in _terms(bar) if term.op == "pull")
    return {index for index, n in uses.items() if n == 1}


def _terms(bar):
    """The summands of a state's adjoint."""
    if bar is None:
        return []
    return [t for part in bar.args for t in _terms(part)] if bar.op == "add" else [bar]


def _split(program, bar, own):
    """The pulls that are summands of a state's adjoint, and the rest of the sum."""
    if bar is None:
        return [], None
    if bar.index in own:
        return [bar], None
    if bar.op != "add":
        return [], bar
    graph = program.blocks.graph
    (left, a), (right, b) = (_split(program, part, own) for part in bar.args)
    if a is None or b is None:
        return left + right, b if a is None else a
    return left + right, graph.node("add", (a, b))
