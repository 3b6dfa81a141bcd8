"""Columns: assigns a column to each shape.

A value that is used several columns further right occupies a lane in each column in between, so
that no wire crosses a shape.
"""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Item:
    """Something that is placed: a shape, an old or new state, or a lane.

    Attributes:
        content: the shape or state; None for a lane.
        source: node index of the value that leaves at the right; None for a new state.
        inputs: node indices of the values that enter at the left; empty for a lane, which passes
            on its source.
        width, height: in pixels.
        spacing: pixels between the wires that enter it.
        column: number of its column.
        y: height of its middle, pixels from the top.
        nudges: {value: pixels}, offsets of wires from the place that equal spacing gives them.
    """

    content: object
    source: int | None
    inputs: list[int] = field(default_factory=list)
    width: float = 0
    height: float = 0
    spacing: float = 0
    column: int = 0
    y: float = 0.0
    nudges: dict[int, float] = field(default_factory=dict)

    @property
    def lane(self):
        return self.content is None

    @property
    def enters(self):
        """The values that enter at the left, for a lane its source."""
        return [self.source] if self.lane else self.inputs

    def port(self, source):
        """Where a value enters, in pixels below the middle."""
        place = self.enters.index(source) - (len(self.enters) - 1) / 2
        return place * self.spacing + self.nudges.get(source, 0)


def place(starts, shapes, ends, below, lane_height):
    """Place items in columns, and add lanes.

    Args:
        starts, shapes, ends: items of the first column, of the columns between, of the last one.
        below: the value that enters from below (x), whose lane is the lowest; None if unused.
        lane_height: height of a lane, in pixels.

    Returns:
        the columns, lists of items in no particular order.
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
    """Set columns: first by the longest path from the left, then so that wires get short."""
    home = {item.source: item for item in (*starts, *shapes)}
    for item in shapes:  # sources come before their users
        seen = [home[s].column for s in item.inputs if s != below]
        item.column = max(seen, default=0) + 1
    last = max((s.column for s in shapes), default=0) + 1
    for item in ends:
        item.column = last
    length = lambda: sum(end - begin for _, begin, end in _spans(starts, shapes, ends, below))
    moved = True
    while moved:
        moved = False
        for item in reversed(shapes):
            users = [u.column for u in (*shapes, *ends) if item.source in u.inputs]
            low = max((home[s].column for s in item.inputs if s != below), default=0) + 1
            here, shortest = item.column, length()
            for item.column in range(low, min(users)):
                if length() < shortest:
                    here, shortest, moved = item.column, length(), True
            item.column = here


def _spans(starts, shapes, ends, below):
    """[(value, the column that it starts from, the last column that uses it)]."""
    users = {}
    for item in (*shapes, *ends):
        for source in item.inputs:
            users.setdefault(source, []).append(item.column)
    home = {item.source: item.column for item in (*starts, *shapes)}
    if below in users:
        home[below] = min(users[below]) - 1
    return [(source, home[source], max(columns)) for source, columns in users.items()]
