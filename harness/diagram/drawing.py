"""Drawing: the shapes of a traced step with their sizes and places."""

from dataclasses import dataclass

from . import typeset
from .belts import belts
from .columns import Item, place
from .face import Face, Faces
from .fold import Cluster, fold
from .order import ordered, sort_inputs
from .routes import Layout, route
from .rows import settle

HEAD, BODY, LABEL = 15, 12.5, 16  # font sizes, pixels
LINE, WRAP = 15, 38  # line height in pixels, characters per line
RADIUS = 11  # of a circle
EVEN = 1.35  # boxes of a column get the same width unless that widens one by more than this factor


@dataclass(eq=False)
class Shape:
    """A cluster, its face, and the text lines of its body."""

    cluster: Cluster
    face: Face
    body: list[str]
    output: bool  # whether it computes a new state, whose name stands at the right edge

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
        """The name above a circle or a pill."""
        return "" if self.box or self.output else self.face.name


@dataclass(eq=False)
class End:
    """An old or a new state."""

    label: str
    state: str


@dataclass
class Drawing:
    """Everything that is drawn, with its place.

    Attributes:
        title: the cell's title.
        starts, shapes, ends: items of old states, shapes and new states.
        below: node index of x; None if the step does not use it.
        layout: columns and wires.
    """

    title: str
    starts: list[Item]
    shapes: list[Item]
    ends: list[Item]
    below: int | None
    layout: Layout


def arrange(program):
    """The ``Drawing`` of a program's step."""
    trace = program.traced
    nodes, clusters, faces = trace.graph.nodes, fold(trace), Faces(trace)
    outputs = {o.index for o in trace.outputs}
    used = {i for c in clusters for i in c.wires}
    below = next((n.index for n in nodes if n.op == "input" and n.index in used), None)
    old = {n.value: n.index for n in nodes if n.op == "state"}
    # The output's state comes last and so stands lowest, next to x.
    news = [*zip(trace.states, trace.outputs, strict=True)][::-1]
    starts = [Item(End(s, s), old[s], [], 26, 20) for s, _ in news]
    ends = [Item(End(f"{s}'", s), None, [o.index], 26, 20, spacing=1) for s, o in news]
    shapes = [_item(c, faces.face(c), c.root.index in outputs) for c in clusters]
    columns = place(starts, shapes, ends, below, LABEL)
    carried = belts(columns, starts, ends, _small)
    columns = ordered(columns, below, {item for pair in carried for item in pair})
    sort_inputs(columns)
    _equalise_widths(columns)
    settle(columns, _gap, carried, below)
    return Drawing(program.title, starts, shapes, ends, below, route(columns))


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
    """Whether a state's belt may pass through an item: a circle or pill, not a box."""
    return isinstance(item.content, Shape) and not item.content.box


def _equalise_widths(columns):
    """Give the boxes of a column the same width, unless their widths differ much."""
    for column in columns:
        boxes = [i for i in column if isinstance(i.content, Shape) and i.content.box]
        wide = max((i.width for i in boxes), default=0)
        for item in boxes:
            if item.width * EVEN >= wide:
                item.width = wide


def _gap(item, after):
    """Pixels between neighbours in a column."""
    tag = isinstance(after.content, Shape) and after.content.tag
    return (1 if item.lane and after.lane else 10) + (12 if tag else 0)
