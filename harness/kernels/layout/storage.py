"""Storage: the place of each value of a step while the compiled loop runs.

All arrays are feature-major and flat, (time, features * batch), so that one unit's values for all
sequences are contiguous. Operands of products are row blocks of stacked arrays [x; 1; h; ...], so
that a group's product needs no copies and no separate addition of the bias. Gates overwrite their
pre-activations.
"""

from collections import Counter
from dataclasses import dataclass, field

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.symbols import Matrix
from gatelab.variants.language.table import TABLE

from ...calculus.blocks import LEAVES, reachable
from ...calculus.program import RATIONAL
from .places import Array, Place, Span
from .stacks import Stack, items_of


@dataclass
class Storage:
    """The layout of one program.

    Attributes:
        stacks: the stacked operands.
        group_stack: per group (stack, index of its first item).
        state_home: per state, the places that hold its value at the start of step t.
        home: places of stored nodes, by node index; the first is the one to read.
        extra: number of H-row blocks for values without another place.
        deviations: the normalised nodes whose deviation, one number per sequence, is stored.
    """

    stacks: list[Stack]
    group_stack: list[tuple[int, int]]
    state_home: list[list[Place]] = field(default_factory=list)
    home: dict[int, list[Place]] = field(default_factory=dict)
    loose_states: int = 0
    extra: int = 0
    deviations: list = field(default_factory=list)

    def deviation(self, node):
        """The place of the deviation of a normalised node's operand, as Python source."""
        k = next(k for k, other in enumerate(self.deviations) if other is node)
        return f"DEV[t, {k} * B : {k + 1} * B]"


def lay_out(program, remembered):
    """Lay out the storage of a program.

    Args:
        program: the ``Program`` of a cell.
        remembered: nodes whose values must be stored beyond the segment that computes them.

    Returns:
        Storage.
    """
    storage = _stacks(program)
    for state in program.states:
        _place_state(storage, _leaf(program, state))
    for k, output in enumerate(program.blocks.outputs):
        later = [place.next() for place in storage.state_home[k]]
        storage.home.setdefault(output.index, []).extend(later)
    for g, group in enumerate(program.blocks.groups):
        for row_number, row in enumerate(group.rows):
            own = Place(Array.BLOCK, g, "t", Span(h=row_number))
            storage.home[row.index] = [own, *storage.home.get(row.index, [])]
    for node in _computed_operands(program):
        storage.home.setdefault(node.index, []).extend(_in_stacks(storage, node, "t"))
    _place_remembered(program, storage, remembered)
    _place_reduced(program, storage)
    return storage


def _leaf(program, state):
    return next(n for n in program.all if n.op == "state" and n.value == state)


def _stacks(program):
    """As few stacks as possible: a stack that contains another group's rows serves both groups."""
    stacks, chosen = [], {}
    order = sorted(enumerate(program.blocks.groups), key=lambda e: -len(items_of(e[1])))
    for g, group in order:
        items = items_of(group)
        home = next((s for s, stack in enumerate(stacks) if stack.find(items) is not None), None)
        if home is None:
            stacks.append(Stack(items))
            home = len(stacks) - 1
        chosen[g] = (home, stacks[home].find(items))
    return Storage(stacks, [chosen[g] for g in range(len(chosen))])


def _in_stacks(storage, node, time):
    return [
        Place(Array.STACK, s, time, stack.offset(stack.position(node)))
        for s, stack in enumerate(storage.stacks)
        if any(item is node for item in stack.items)
    ]


def _place_state(storage, leaf):
    places = _in_stacks(storage, leaf, "t")
    if not places:
        places = [Place(Array.STATE, storage.loose_states, "t", Span())]
        storage.loose_states += 1
    storage.state_home.append(places)


def _computed_operands(program):
    found = {v.index: v for g in program.blocks.groups for v in g.operands if v.op not in LEAVES}
    return [found[i] for i in sorted(found)]


def _place_remembered(program, storage, remembered):
    uses = Counter(a.index for n in reachable(program.blocks.outputs) for a in n.args)
    uses.update(o.index for o in program.blocks.outputs)  # the next step reads new states
    kept = {n.index for n in remembered}
    taken = set()
    for node in remembered:
        if node.index in storage.home:
            continue
        block = _own_block(node, uses, kept, taken)
        if block is None:
            storage.home[node.index] = [Place(Array.EXTRA, None, "t", Span(h=storage.extra))]
            storage.extra += 1
        else:  # the gate overwrites its pre-activation
            taken.add(block.index)
            storage.home[node.index] = storage.home[block.index]


def _place_reduced(program, storage):
    """Place the operands of functions of all units: with the result if nothing else reads them."""
    nodes, saved = reachable(program.blocks.outputs), {n.index for n in program.saved}
    uses = Counter(a.index for n in nodes for a in n.args)
    for node in nodes:
        if node.op in REDUCTIONS and TABLE[node.op].beside:
            storage.deviations.append(node)
        if node.op not in REDUCTIONS or node.args[0].index in storage.home:
            continue
        operand = node.args[0]
        if operand.op in LEAVES:  # read from its own place
            continue
        if uses[operand.index] == 1 and operand.index not in saved:
            storage.home[operand.index] = storage.home[node.index]
        else:
            storage.home[operand.index] = [Place(Array.EXTRA, None, "t", Span(h=storage.extra))]
            storage.extra += 1


def _own_block(node, uses, kept, taken):
    """The affine block that only this node reads, or None."""
    waiting = [a for a in node.args if not isinstance(a, Matrix)]
    while waiting:
        inner = waiting.pop(0)
        if uses[inner.index] != 1 or inner.index in kept or inner.index in taken:
            continue
        if inner.op == "affine":
            return inner
        if inner.op in RATIONAL:
            waiting.extend(inner.args)
    return None
