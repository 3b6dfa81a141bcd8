"""Columns: which shape stands in which column.

A value that is needed further right passes through the columns between in a lane of its own, so
that no wire crosses a shape.
"""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Item:
    """Something with a place: a shape, an old or new state, or a lane.

    Attributes:
        what: what it shows, for whoever draws it; None for a lane.
        source: the value that leaves it at the right, by node index; None for a new state.
        sees: the values that enter at its left; for a lane none, it passes its source on.
        width, height: in pixels; spacing: pixels between the wires that enter it.
        nudges: {value: pixels}, how far its wire enters from where equal spacing has it.
        column, y: its place; y is its middle.
    """

    what: object
    source: int | None
    sees: list[int] = field(default_factory=list)
    width: float = 0
    height: float = 0
    spacing: float = 0
    column: int = 0
    y: float = 0.0
    nudges: dict[int, float] = field(default_factory=dict)

    @property
    def lane(self):
        return self.what is None

    @property
    def enters(self):
        """The values on its left side."""
        return [self.source] if self.lane else self.sees

    def port(self, source):
        """Where a value enters, from the middle."""
        place = self.enters.index(source) - (len(self.enters) - 1) / 2
        return place * self.spacing + self.nudges.get(source, 0)


def place(starts, shapes, ends, below, lane_height):
    """The columns of a drawing, each a list of items in no particular order.

    Args:
        starts, shapes, ends: items of the first column, of those between, and of the last one.
        below: the value that comes from below, in the lowest lane, or None.
        lane_height: of the items that are added, in pixels.
    """
    _assign(starts, shapes, ends, below)
    last = max((s.column for s in shapes), default=0) + 1
    for item in ends:
        item.column = last
    columns = [[] for _ in range(last + 1)]
    for item in (*starts, *shapes, *ends):
        columns[item.column].append(item)
    for source, begin, end in _spans(starts, shapes, ends, below):
        for column in range(begin + 1, end):
            columns[column].append(Item(None, source, height=lane_height, column=column))
    return columns


def _assign(starts, shapes, ends, below):
    """Columns by the longest way from the left, then as short wires as possible."""
    home = {item.source: item for item in (*starts, *shapes)}
    for item in shapes:  # sources come first
        seen = [home[s].column for s in item.sees if s != below]
        item.column = max(seen, default=0) + 1
    last = max((s.column for s in shapes), default=0) + 1
    for item in ends:
        item.column = last
    length = lambda: sum(end - begin for _, begin, end in _spans(starts, shapes, ends, below))
    moved = True
    while moved:
        moved = False
        for item in reversed(shapes):
            users = [u.column for u in (*shapes, *ends) if item.source in u.sees]
            low = max((home[s].column for s in item.sees if s != below), default=0) + 1
            here, shortest = item.column, length()
            for item.column in range(low, min(users)):
                if length() < shortest:
                    here, shortest, moved = item.column, length(), True
            item.column = here


def _spans(starts, shapes, ends, below):
    """[(value, its first column, the last column where it is needed)]."""
    users = {}
    for item in (*shapes, *ends):
        for source in item.sees:
            users.setdefault(source, []).append(item.column)
    home = {item.source: item.column for item in (*starts, *shapes)}
    if below in users:
        home[below] = min(users[below]) - 1
    return [(source, home[source], max(columns)) for source, columns in users.items()]
