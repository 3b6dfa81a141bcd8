"""Drawing: the shapes of a trace, each with its size and its place."""

from dataclasses import dataclass

from . import typeset
from .belts import belts
from .columns import Item, place
from .face import Face, Faces
from .fold import Cluster, fold
from .order import arrival, ordered
from .routes import Layout, route
from .rows import settle

HEAD, BODY, LABEL = 15, 12.5, 16  # font sizes, pixels
LINE, WRAP = 15, 38  # pixels from line to line, characters in a line
RADIUS = 11  # of a circle
EVEN = 1.35  # boxes in a column are equally wide if that widens them no more than so


@dataclass(eq=False)
class Shape:
    """A cluster, its face, and the lines of its body."""

    cluster: Cluster
    face: Face
    body: list[str]
    output: bool  # a new state: its name stands at the right edge

    @property
    def round(self):
        return self.face.kind == "circle"

    @property
    def box(self):
        return self.face.kind not in ("circle", "pill")

    @property
    def head(self):
        """The first line of a box."""
        return "\u2002".join(filter(None, (self.face.head, self.face.name)))

    @property
    def tag(self):
        """The name over a circle or a pill."""
        return "" if self.box or self.output else self.face.name


@dataclass(eq=False)
class End:
    """An old or a new state."""

    label: str
    state: str


@dataclass
class Drawing:
    """Everything that is drawn, placed.

    Attributes:
        below: the node of x, None if nobody looks at it.
    """

    title: str
    starts: list[Item]
    shapes: list[Item]
    ends: list[Item]
    below: int | None
    layout: Layout


def arrange(program):
    """The drawing of a program's step."""
    trace = program.traced
    nodes, clusters, faces = trace.graph.nodes, fold(trace), Faces(trace)
    outputs = {o.index for o in trace.outputs}
    seen = {i for c in clusters for i in c.wires}
    below = next((n.index for n in nodes if n.op == "input" and n.index in seen), None)
    old = {n.value: n.index for n in nodes if n.op == "state"}
    # The output's state last, so lowest: x comes from below it.
    news = [*zip(trace.states, trace.outputs, strict=True)][::-1]
    starts = [Item(End(s, s), old[s], [], 26, 20) for s, _ in news]
    ends = [Item(End(f"{s}'", s), None, [o.index], 26, 20, spacing=1) for s, o in news]
    shapes = [_item(c, faces.face(c), c.root.index in outputs) for c in clusters]
    columns = place(starts, shapes, ends, below, LABEL)
    carried = belts(columns, starts, ends, _small)
    columns = ordered(columns, below, {item for pair in carried for item in pair})
    arrival(columns)
    _even(columns)
    settle(columns, _gap, carried, below)
    return Drawing(program.title, starts, shapes, ends, below, route(columns, below))


def _item(cluster, face, output):
    shape = Shape(cluster, face, typeset.lines(face.body, WRAP) if face.body else [], output)
    wires = len(cluster.wires)
    if shape.round:
        wide, high, spacing = 2 * RADIUS, 2 * RADIUS, 10 if wires < 3 else 14 / (wires - 1)
    elif shape.box:
        lines = [typeset.width(shape.head, HEAD), *(typeset.width(b, BODY) for b in shape.body)]
        rows = bool(shape.head) + len(shape.body)
        wide, high, spacing = max(max(lines) + 20, 44), max(LINE * rows + 12, 13 * wires + 7), 13
    else:
        wide, high, spacing = max(typeset.width(face.head, HEAD) + 16, 32), 10 * wires + 6, 10
        high = max(high, 24)
    return Item(shape, cluster.root.index, list(cluster.wires), round(wide), round(high), spacing)


def _small(item):
    """Whether a state passes an item unsquashed."""
    return isinstance(item.what, Shape) and not item.what.box


def _even(columns):
    """Boxes above each other get one width, unless theirs differ much."""
    for column in columns:
        boxes = [i for i in column if isinstance(i.what, Shape) and i.what.box]
        wide = max((i.width for i in boxes), default=0)
        for item in boxes:
            if item.width * EVEN >= wide:
                item.width = wide


def _gap(item, after):
    """Pixels between neighbours in a column."""
    tag = isinstance(after.what, Shape) and after.what.tag
    return (1 if item.lane and after.lane else 10) + (12 if tag else 0)
