"""Rows: sets the heights of items so that as many wires as possible are straight."""

import math
from dataclasses import dataclass
from itertools import pairwise

from .columns import Item

BEND = 14  # cost of a bend, in pixels of wire
SWEEPS = 30
NUDGE = 0.25  # how far a wire may enter off its place, as a share of the shape's spacing
LONG, BELT, PLAIN = 4, 6, 1  # weights of wires between lanes, of wires on a belt, of others


@dataclass(eq=False)
class Wire:
    """A segment of a wire between neighbouring columns.

    Attributes:
        source: node index of the value.
        left, right: the items that it connects.
        offset: where it enters ``right``, in pixels below the middle.
        weight: of its cost.
    """

    source: int
    left: Item
    right: Item
    offset: float
    weight: float

    @property
    def drop(self):
        """Pixels from its left end down to its right end."""
        return self.right.y + self.offset - self.left.y

    @property
    def cost(self):
        """Weighted length of the vertical part, plus a bend unless it is straight."""
        drop = abs(self.drop)
        return self.weight * (drop + BEND * (drop > 0.01))


def settle(columns, gap, belts=(), below=None):
    """Set y of every item: close to its neighbours, in the given order, without overlap.

    Args:
        columns: lists of items, from the top down.
        gap: (item, next item) -> pixels to leave between them.
        belts: {(left item, right item)} whose wires carry a state and should be straight.
        below: the value that enters from below; its wires rise anyway and hardly count.
    """
    for column in columns:
        _stack(column, gap)
    settler = _Settler(columns, gap, set(belts), below)
    settler.run()
    top = min(item.y - item.height / 2 for c in columns for item in c)
    for item in (item for c in columns for item in c):
        item.y = round(item.y - top, 1)
    for wire in settler.wires:
        _nudge(wire)


def _nudge(wire):
    """Let a wire enter slightly higher or lower if that makes it straight."""
    item, drop = wire.right, wire.left.y - wire.right.y - wire.right.port(wire.source)
    if 0 < abs(drop) <= NUDGE * item.spacing:
        item.nudges[wire.source] = drop


def _stack(column, gap):
    """Initial heights: the items below each other, centred at zero."""
    y = 0.0
    for before, item in zip([None, *column], column, strict=False):
        if before:
            y += before.height / 2 + gap(before, item) + item.height / 2
        item.y = y
    middle = (column[0].y + column[-1].y) / 2 if column else 0
    for item in column:
        item.y -= middle


class _Settler:
    """Moves items and their groups as long as that lowers the cost of the wires."""

    def __init__(self, columns, gap, belts, below):
        self.columns, self.gap = columns, gap
        self.wires = []
        for left, right in pairwise(columns):
            home = {item.source: item for item in left if item.source is not None}
            for item in right:
                for source in item.enters:
                    if source in home:
                        self._join(home[source], item, source, belts, below)
        self.touching = {}
        for wire in self.wires:
            for item in (wire.left, wire.right):
                self.touching.setdefault(item, []).append(wire)
        self.rank = {item: k for column in columns for k, item in enumerate(column)}

    def _join(self, left, right, source, belts, below):
        weight = BELT if (left, right) in belts else LONG if right.lane and left.lane else PLAIN
        if source == below and not right.lane:
            weight = 0.05
        self.wires.append(Wire(source, left, right, right.port(source), weight))

    def run(self):
        items = [item for column in self.columns for item in column]
        for _ in range(SWEEPS):
            # A list, not a generator: any() must not skip items.
            if not any([self._improved(item) for item in items]):
                break
        for item in reversed(items):
            if item not in self.touching:  # a state that the step does not read
                item.y += self._free([item], math.inf)

    def _improved(self, item):
        """Try to move an item, alone or with a group; return whether that lowered the cost."""
        better = False
        for wire in self.touching.get(item, ()):
            if abs(wire.drop) < 0.01:
                continue
            shift = wire.drop if wire.left is item else -wire.drop
            for group in ([item], self._straight_group(item, wire), self._lane_group(item)):
                if self._try(group, shift) or self._try(group, self._free(group, shift)):
                    better = True
                    break
        return better

    def _straight_group(self, item, without):
        """An item and all items that straight wires connect to it."""
        straight = lambda wire: wire is not without and abs(wire.drop) < 0.01
        return self._connected(item, straight)

    def _lane_group(self, item):
        """A lane and the lanes that continue it."""
        return self._connected(item, lambda wire: wire.left.lane and wire.right.lane)

    def _connected(self, item, follows):
        """An item and all items that it is connected to by wires for which ``follows`` is true."""
        found, waiting = {item: None}, [item]  # not a set: its order differs between processes
        while waiting:
            for wire in filter(follows, self.touching.get(waiting.pop(), ())):
                for other in (wire.left, wire.right):
                    if other not in found:
                        found[other] = None
                        waiting.append(other)
        return list(found)

    def _try(self, group, shift):
        """Shift a group, pushing others away, if that lowers the cost; return whether it did."""
        before = {}
        for item in group:
            before[item] = item.y
            item.y += shift
        for item in list(before):
            self._push(item, 1 if shift > 0 else -1, before)
        wires = {id(w): w for item in before for w in self.touching.get(item, ())}.values()
        after = sum(w.cost for w in wires)
        new = {item: item.y for item in before}
        for item, y in before.items():
            item.y = y
        if after > sum(w.cost for w in wires) - 0.01:
            return False
        for item, y in new.items():
            item.y = y
        return True

    def _free(self, group, shift):
        """The largest part of a shift that pushes no other item."""
        direction = 1 if shift > 0 else -1
        for item in group:
            column, k = self.columns[item.column], self.rank[item] + direction
            if 0 <= k < len(column) and column[k] not in group:
                upper, lower = (item, column[k]) if direction > 0 else (column[k], item)
                free = lower.y - upper.y - self._room(upper, lower)
                shift = direction * min(abs(shift), max(free, 0.0))
        return 0.0 if math.isinf(shift) else shift

    def _push(self, item, direction, before):
        """Make room for an item above or below it."""
        column, k = self.columns[item.column], self.rank[item] + direction
        while 0 <= k < len(column):
            other = column[k]
            room = self._room(item, other) if direction > 0 else self._room(other, item)
            if (other.y - item.y) * direction >= room - 1e-9:
                return
            before.setdefault(other, other.y)
            other.y = item.y + room * direction
            item, k = other, k + direction

    def _room(self, upper, lower):
        """The least distance between the middles of two neighbours."""
        return upper.height / 2 + self.gap(upper, lower) + lower.height / 2
