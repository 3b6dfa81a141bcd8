"""Routes: wires as rectilinear paths through the channels between columns.

In each channel a value has at most one vertical segment, its trunk. Trunks that would touch stand
on different tracks. Tracks are ordered so that few wires cross and none lies on another.
"""

from dataclasses import dataclass, field

from .columns import Item

TRACK = 9  # pixels between tracks
MARGIN = 12  # between a column and the first track
ARROW = 16  # between the last track and the next column
CLOSE = 5  # pixels; parallel wires that are closer look like one
COLLISION, TOUCH = 100, 10  # costs of an overlap and of a touching corner; a crossing costs 1


@dataclass
class Trunk:
    """A value's vertical segment in a channel.

    Attributes:
        source: node index of the value.
        enters: height at which the wire enters the channel, pixels from the top.
        leaves: heights at which its branches leave.
        track: number of its track, from the left.
        x: pixels from the left.
    """

    source: int
    enters: float
    leaves: list[float]
    track: int | None = None
    x: float = 0.0

    @property
    def top(self):
        return min(self.enters, *self.leaves)

    @property
    def bottom(self):
        return max(self.enters, *self.leaves)

    @property
    def straight(self):
        return self.top == self.bottom


@dataclass
class Layout:
    """A drawing's geometry, in pixels.

    Attributes:
        columns: lists of items.
        lefts, widths: left edges and widths of the columns.
        channels: {source: trunk} for each gap between columns.
        width, height: of the whole drawing.
    """

    columns: list[list[Item]]
    lefts: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    channels: list[dict[int, Trunk]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def route(columns):
    """The layout of columns whose items have their heights."""
    layout = Layout(columns)
    layout.height = max(i.y + i.height / 2 for c in columns for i in c)
    x = 0.0
    for k, column in enumerate(columns):
        wide = max((item.width for item in column), default=0)
        layout.lefts.append(x)
        layout.widths.append(wide)
        x += wide
        if k + 1 < len(columns):
            trunks = _trunks(column, columns[k + 1], layout.height)
            bent = [t for t in trunks.values() if not t.straight]
            count = _tracks(bent)
            for trunk in bent:
                trunk.x = x + MARGIN + trunk.track * TRACK
            layout.channels.append(trunks)
            x += MARGIN + max(0, count - 1) * TRACK + ARROW
    layout.width = x
    return layout


def _trunks(left, right, bottom):
    """{source: trunk} of a channel; what does not come from the left column comes from below."""
    trunks = {}
    starts = {item.source: item.y for item in left if item.source is not None}
    for item in right:
        for source in item.enters:
            y = item.y + item.port(source)
            if source not in trunks:
                trunks[source] = Trunk(source, starts.get(source, bottom), [])
            trunks[source].leaves.append(y)
    return trunks


def _tracks(trunks):
    """Give every trunk a track, and return the number of tracks."""
    order = _sorted(trunks)
    for k, trunk in enumerate(order):
        trunk.track = 0
        for before in order[:k]:
            if _meet(before, trunk):
                trunk.track = max(trunk.track, before.track + 1)
    return 1 + max((t.track for t in order), default=-1)


def _meet(a, b):
    """Whether two trunks need different tracks."""
    apart = a.top > b.bottom + CLOSE or b.top > a.bottom + CLOSE
    return not apart or _cost(a, b) != _cost(b, a)


def _sorted(trunks):
    """The trunks from left to right, in an order with few crossings."""
    order = []
    for trunk in sorted(trunks, key=lambda t: (t.top, t.bottom, t.source)):
        costs = [
            sum(_cost(t, trunk) for t in order[:k]) + sum(_cost(trunk, t) for t in order[k:])
            for k in range(len(order) + 1)
        ]
        order.insert(costs.index(min(costs)), trunk)
    improved = True
    while improved:
        improved = False
        for k, trunk in enumerate(order):
            rest = order[:k] + order[k + 1 :]
            costs = [
                sum(_cost(t, trunk) for t in rest[:j]) + sum(_cost(trunk, t) for t in rest[j:])
                for j in range(len(order))
            ]
            best = costs.index(min(costs))
            if costs[best] < costs[k]:
                order, improved = [*rest[:best], trunk, *rest[best:]], True
                break
    return order


def _cost(first, second):
    """Cost of the crossings of two trunks if the first stands left of the second."""
    total = _cut(second.enters, first)
    total += sum(_cut(y, second) for y in first.leaves)
    total += COLLISION * sum(abs(y - second.enters) < CLOSE for y in first.leaves)
    return total


def _cut(y, trunk):
    """Cost of a horizontal segment at height y that passes a trunk."""
    if trunk.top + CLOSE <= y <= trunk.bottom - CLOSE:
        return 1
    return TOUCH if trunk.top - CLOSE < y < trunk.bottom + CLOSE else 0


def path(layout, source, start, end):
    """The corners [(x, y)] of a wire.

    Args:
        layout: places of columns and trunks.
        source: node index of the value.
        start, end: (column, x, y) where the wire begins and ends; start is None for a wire from
            below.
    """
    column, last_x, last_y = end
    first, *begin = start or (next(k for k, c in enumerate(layout.channels) if source in c),)
    points = [tuple(begin)] if begin else []
    for k in range(first, column):
        trunk = layout.channels[k][source]
        if not points:
            points = [(trunk.x, trunk.enters)]
        leaves = last_y
        if k + 1 < column:
            leaves = next(i.y for i in layout.columns[k + 1] if i.lane and i.source == source)
        if points[-1][1] != leaves:
            points += [(trunk.x, points[-1][1]), (trunk.x, leaves)]
    return _simplified([*points, (last_x, last_y)])


def _simplified(points):
    """The points without repetitions and without those inside a straight line."""
    kept = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        while len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return kept


def joints(trunk):
    """Yield the heights at which a trunk branches."""
    for y in sorted({trunk.enters, *trunk.leaves}):
        arms = (trunk.top < y) + (trunk.bottom > y) + (y == trunk.enters) + (y in trunk.leaves)
        if arms > 2:
            yield y
