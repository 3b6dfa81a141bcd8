"""What an SVG drawing of a cell says of itself."""

import re
from xml.etree import ElementTree

from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.variants import Variant, layer_norm, maximum, mean, tanh, where

SVG = "{http://www.w3.org/2000/svg}"


class Twice(Variant):
    """The same value more than once in a sum or a product; numbers among wires."""

    beta = 0.5

    def step(self, p, x, h, c):
        a, b = tanh(p.W_a @ x), tanh(p.R_b @ h)
        c = a + c - (b - a) + 1 + p.p_c * layer_norm(c) - mean(c)
        return a * b / (a * self.beta * c), where(c > maximum(a, b), c**1.5, a**2)


class Picture:
    """What an SVG file says of itself."""

    def __init__(self, variant):
        self.program = derive(variant)
        self.source = draw(self.program)
        self.root = ElementTree.fromstring(self.source)
        groups = self.root.iter(f"{SVG}g")
        self.shapes = {g.get("data-shape"): g for g in groups if g.get("data-op")}
        self.wires = [w for w in self.root.iter(f"{SVG}path") if w.get("data-edges")]

    @property
    def inside(self):
        pairs = [e for g in self.shapes.values() for e in g.get("data-inside").split()]
        return [tuple(map(int, e.split(">"))) for e in pairs]

    @property
    def edges(self):
        """[(from, to)] on wires, numbers or new states."""
        found = [e for w in self.wires for e in re.split("[ ;]", w.get("data-edges"))]
        return [tuple(e.split(">")) for e in found]

    def branches(self):
        """(source, end, corners) of each branch of each wire."""
        for wire in self.wires:
            paths = wire.get("d").split("M")[1:]
            for end, path in zip(wire.get("data-to").split(), paths, strict=True):
                yield wire.get("data-from"), end, corners(path)

    def boxes(self):
        """{shape: (left, top, right, bottom)}."""
        return {name: box(g) for name, g in self.shapes.items()}

    def texts(self):
        return ["".join(t.itertext()) for t in self.root.iter(f"{SVG}text")]

    def texts_of(self, shape):
        return ["".join(t.itertext()) for part in shape for t in part.iter(f"{SVG}text")]

    def marks(self):
        """[(source, mark)]: what stands at the ends of wires."""
        for g in self.root.iter(f"{SVG}g"):
            wires = [w for w in self.wires if w in list(g)]
            for wire in wires:
                yield from ((wire.get("data-from"), text) for text in self.texts_of([g]))


def corners(path):
    """The corners of a path whose corners are rounded: a curve's control point is the corner."""
    found = [tuple(map(float, path.split("L")[0].split()))]
    for piece in path.split("L")[1:]:
        line, _, curve = piece.partition("Q")
        numbers = [float(v) for v in (curve or line).split()]
        found.append(tuple(numbers[:2]))
    return found


def box(group):
    shape = group[0]
    get = lambda name: float(shape.get(name))
    if shape.tag == f"{SVG}circle":
        x, y, r = get("cx"), get("cy"), get("r")
        return x - r, y - r, x + r, y + r
    return get("x"), get("y"), get("x") + get("width"), get("y") + get("height")
