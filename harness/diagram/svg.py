"""SVG: writes a drawing as text.

Data attributes say what each element stands for. A shape has its trace nodes (``data-nodes``) and
the edges inside it (``data-inside``). A wire has its source (``data-from``), the ends of its
branches (``data-to``) and the edges that they stand for (``data-edges``), as ``from>to``, one list
per branch.
"""

from html import escape
from math import sqrt

from . import typeset
from .drawing import BODY, HEAD, LABEL, LINE, RADIUS, End, arrange
from .routes import joints, path

BORDER, ROUND = 18, 4  # pixels around a drawing; radius of a wire's corners
COLOURS = {
    "gate": ("#fdf1d8", "#b98a2f"),
    "function": ("#e3eef8", "#5b88b5"),
    "reduction": ("#efe6f5", "#8d6ba8"),
    "linear": ("#f3f3f1", "#8a8a85"),
    "circle": ("#fff", "#444"),
    "pill": ("#fff", "#444"),
}
INK, FROM_X = "#444", "#8a8a85"
STATES = ("#0072b2", "#c2540a", "#00835f", "#a8518a", "#8a6d00", "#3b8fbf")
STYLE = """text{font-family:"Times New Roman","Liberation Serif",Tinos,serif;fill:#222;stroke:none}
.i{font-style:italic}.small{fill:#555}path{fill:none;stroke-linejoin:round}rect,circle{stroke-width:1.2}
.halo{stroke:#fff;stroke-width:5}.wire{stroke-width:1.5}.end{stroke:none}"""


def draw(program):
    """The drawing of a program's step, as the text of an SVG file."""
    return _Writer(arrange(program)).text()


class _Writer:
    def __init__(self, drawing):
        self.drawing, self.layout = drawing, drawing.layout
        self.home = {item.source: item for item in (*drawing.starts, *drawing.shapes)}
        self.users = [*drawing.shapes, *drawing.ends]
        self.colours = {drawing.below: FROM_X}
        for k, (old, new) in enumerate(zip(drawing.starts[::-1], drawing.ends[::-1], strict=True)):
            self.colours[old.source] = STATES[k % len(STATES)]
            self.colours.setdefault(new.inputs[0], STATES[k % len(STATES)])

    def text(self):
        wide = round(self.layout.width + 2 * BORDER)
        label = 0 if self.drawing.below is None else LABEL - BORDER / 2
        high = round(self.layout.height + 2 * BORDER + label)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
            f'width="{wide}" height="{high}">\n'
            f"<title>One step of {escape(self.drawing.title)}</title>\n"
            f"<style>{STYLE}</style>\n"
            f'<rect width="{wide}" height="{high}" rx="6" fill="#fff"/>\n'
            f'<g transform="translate({BORDER} {BORDER})">'
        )
        sources = sorted({s for item in self.users for s in item.inputs})
        wires = [line for source in sources for line in self._wire(source)]
        shapes = [self._shape(item) for item in self.drawing.shapes]
        return "\n".join([head, *wires, *shapes, *self._labels(), "</g>", "</svg>", ""])

    # -- wires -------------------------------------------------------------------------------------

    def _wire(self, source):
        """A value's wire: a halo that sets it off from others, branches, dots and arrowheads."""
        users = [item for item in self.users if source in item.inputs]
        colour = self.colours.get(source, INK)
        d = "".join(_rounded(self._path(source, item)) for item in users)
        ends = " ".join(_label(item) for item in users)
        edges = ";".join(_edges(source, item) for item in users)
        yield f'<g stroke="{colour}" fill="{colour}"><path class="halo" d="{d}"/>'
        yield f'<path class="wire" d="{d}" data-from="{source}" data-to="{ends}" '
        yield f'data-edges="{edges}"/>'
        for trunk in (c[source] for c in self.layout.channels if source in c):
            for y in joints(trunk):
                yield f'<circle class="end" cx="{trunk.x:g}" cy="{y:g}" r="2.6"/>'
        for item in users:
            if not isinstance(item.content, End):
                yield self._arrow(source, item, colour)
        yield "</g>"

    def _path(self, source, item):
        end = (item.column, *self._entry(source, item))
        if source == self.drawing.below:
            return path(self.layout, source, None, end)
        home = self.home[source]
        left, _, wide, _ = self._place(home)
        return path(self.layout, source, (home.column, left + wide, home.y), end)

    def _place(self, item):
        """Left, top, width and height of an item."""
        left, wide = self.layout.lefts[item.column], self.layout.widths[item.column]
        x = left + (wide - item.width) / 2
        if isinstance(item.content, End):
            x = left + wide - item.width if item.column == 0 else left
        elif item.content.box:
            x = left
        return x, item.y - item.height / 2, item.width, item.height

    def _entry(self, source, item):
        """(x, y) where a wire enters an item."""
        x, offset = self._place(item)[0], item.port(source)
        if not isinstance(item.content, End) and item.content.round:
            x += RADIUS - sqrt(RADIUS**2 - offset**2)
        return round(x, 1), item.y + offset

    def _arrow(self, source, item, colour):
        x, y = self._entry(source, item)
        arrow = f'<path class="end" d="M{x:g} {y:g}l-6.5-3v6z" style="fill:{colour}"/>'
        mark = item.content.face.marks.get(source)
        if not mark:
            return arrow
        beside = y - 4 if y <= item.y else y + 11
        return arrow + typeset.text(mark, x - 2, beside, 14, "head", "end")

    # -- shapes ------------------------------------------------------------------------------------

    def _shape(self, item):
        shape, (x, y, wide, high) = item.content, self._place(item)
        cluster, face = shape.cluster, shape.face
        fill, stroke = COLOURS[face.kind]
        nodes = " ".join(map(str, sorted(cluster.members)))
        inside = " ".join(f"{a}>{b}" for a, b in cluster.inside)
        middle, colour = x + wide / 2, f'fill="{fill}" stroke="{stroke}"'
        if shape.round:
            outline = f'<circle cx="{middle:g}" cy="{item.y:g}" r="{RADIUS}" {colour}/>'
        else:
            outline = (
                f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" '
                f'rx="{7 if shape.box else 12}" {colour}/>'
            )
        lettering = self._lettering(shape, middle, item.y)
        return (
            f'<g data-shape="{cluster.root.index}" data-op="{cluster.root.op}" '
            f'data-nodes="{nodes}" data-inside="{inside}">{outline}{"".join(lettering)}</g>'
        )

    def _lettering(self, shape, x, y):
        if not shape.box:
            yield typeset.text(shape.face.head, x, y + 5, HEAD, "head")
            if shape.tag:
                yield typeset.text(shape.tag, x, y - 15, BODY, "small")
            return
        rows = bool(shape.head) + len(shape.body)
        y -= LINE * (rows / 2 - 1) + 4
        if shape.head:
            yield typeset.text(shape.head, x, y, HEAD, "head")
            y += LINE
        for line in shape.body:
            yield typeset.text(line, x, y, BODY, "small")
            y += LINE

    def _labels(self):
        """The names of the states and of x."""
        for item in (*self.drawing.starts, *self.drawing.ends):
            x, _, wide, _ = self._place(item)
            at, anchor = (x + wide - 5, "end") if item.column == 0 else (x + 5, "start")
            used = item.column > 0 or any(item.source in user.inputs for user in self.users)
            kind = "head" if used else "small"
            yield typeset.text(item.content.label, at, item.y + 5, LABEL, kind, anchor)
        below = self.drawing.below
        if below is not None:
            x = next(c[below].x for c in self.layout.channels if below in c)
            yield typeset.text("x", x, self.layout.height + LABEL, LABEL, "head")


def _label(item):
    return item.content.label if isinstance(item.content, End) else str(item.source)


def _edges(source, item):
    if isinstance(item.content, End):
        return f"{source}>{item.content.label}"
    return " ".join(f"{a}>{b}" for a, b in item.content.cluster.wires[source])


def _rounded(points):
    """An SVG path with rounded corners."""
    d = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        into, out = (_towards((x, y), p) for p in (before, after))
        d += f"L{into[0]:g} {into[1]:g}Q{x:g} {y:g} {out[0]:g} {out[1]:g}"
    return d + f"L{points[-1][0]:g} {points[-1][1]:g}"


def _towards(corner, other):
    """The point where a rounded corner begins, at most half way to the next corner."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    part = min(ROUND, length / 2) / length
    return round(corner[0] + dx * part, 1), round(corner[1] + dy * part, 1)
