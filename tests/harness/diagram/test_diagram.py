"""Drawings of cells: nothing of the step is missing, nothing is drawn that it does not do."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from math import hypot
from pathlib import Path
from xml.etree import ElementTree

import pytest
from oracles.odd_cells import ODD, SPARSE

from gatelab import variants
from gatelab.calculus.blocks import reachable
from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.variants import Variant, layer_norm, maximum, mean, sigmoid, tanh, where
from gatelab.variants.language.symbols import Matrix

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"


class Twice(Variant):
    """The same value more than once in a sum or a product; numbers among wires."""

    beta = 0.5

    def step(self, p, x, h, c):
        a, b = tanh(p.W_a @ x), tanh(p.R_b @ h)
        c = a + c - (b - a) + 1 + p.p_c * layer_norm(c) - mean(c)
        return a * b / (a * self.beta * c), where(c > maximum(a, b), c**1.5, a**2)


class Shared(Variant):
    """An expression of parameters that is named, used twice, and part of another."""

    def step(self, p, x, h):
        rate = sigmoid(p.s_rate)
        return (rate * h + tanh(p.W_h @ x + (1 - rate) * p.b_h) * (1 / rate),)


class Constant(Variant):
    """States that are what they were, numbers, parameters, or each other's equal."""

    def step(self, p, x, h, c, m, n):
        h = tanh(p.W_h @ x + p.R_h @ h)
        return h, h, 0.5, p.b_n


OWN = {cls.__name__: cls for cls in (Twice, Shared, Constant)}
CONFIGURED = [
    "lstm_activations:cell_activation=squish",
    "odyssey:gate_recurrence=True",
    "rhn:depth=5",
]
NAMES = [*variants.names(), *CONFIGURED]
CELLS = {name: variants.get(name) for name in NAMES} | ODD | SPARSE | OWN
each_cell = pytest.mark.parametrize("name", CELLS)


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


@cache
def drawn(name):
    return Picture(CELLS[name]())


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


def matrix_edges(matrix):
    for a in matrix.args:
        yield from matrix_edges(a)
        yield a.index, matrix.index


# -- nothing is missing ------------------------------------------------------------------------


@each_cell
def test_every_operation_is_in_one_shape(name):
    picture = drawn(name)
    trace = picture.program.traced
    shown = [int(i) for g in picture.shapes.values() for i in g.get("data-nodes").split()]
    numbers = {o.index for o in trace.outputs if o.op not in ("input", "state")}
    operations = {n.index for n in reachable(trace.outputs) if n.args} | numbers
    assert sorted(shown) == sorted(operations)


@each_cell
def test_every_edge_is_a_wire_or_inside_a_shape(name):
    picture = drawn(name)
    trace = picture.program.traced
    nodes = reachable(trace.outputs)
    wanted = Counter((str(a.index), str(n.index)) for n in nodes for a in n.args)
    states = zip(trace.states, trace.outputs, strict=True)
    wanted.update((str(o.index), f"{state}'") for state, o in states)
    within = {e for n in nodes for m in n.args if isinstance(m, Matrix) for e in matrix_edges(m)}
    inside = Counter((str(a), str(b)) for a, b in picture.inside if (a, b) not in within)
    wired = Counter(picture.edges)
    assert not inside.keys() & wired.keys()
    twice = Counter({e: n - 1 for e, n in wanted.items() if n > 1 and e in inside})
    assert inside + twice + wired == wanted
    assert within <= set(picture.inside)
    for g in picture.shapes.values():  # inside a shape is what the shape stands for
        members = set(g.get("data-nodes").split())
        ends = {e.split(">")[1] for e in g.get("data-inside").split()}
        matrices = {str(b) for _, b in within}
        assert ends <= members | matrices


@each_cell
def test_wires_go_where_they_say(name):
    picture = drawn(name)
    boxes, labels = picture.boxes(), {t: None for t in picture.texts()}
    leaves = {str(n.index): n for n in picture.program.traced.graph.nodes if not n.args}
    for source, end, points in picture.branches():
        (x, y), (last_x, last_y) = points[0], points[-1]
        if source in boxes:
            left, top, right, bottom = boxes[source]
            assert (x, y) == pytest.approx((right, (top + bottom) / 2), abs=0.11)
        else:
            assert leaves[source].op in ("input", "state")
        if end in boxes:
            left, top, right, bottom = boxes[end]
            middle = (left + right) / 2, (top + bottom) / 2
            if picture.shapes[end][0].tag == f"{SVG}circle":
                distance = hypot(last_x - middle[0], last_y - middle[1])
                assert distance == pytest.approx((right - left) / 2, abs=0.2)
                assert last_x < middle[0]
            else:
                assert last_x == pytest.approx(left, abs=0.11)
                assert top < last_y < bottom
        else:
            assert end.replace("'", "′")[0] in {label[0] for label in labels}
        for (a, b), (c, d) in pairwise(points):
            assert a == c or b == d
    for wire in picture.wires:  # a branch ends at the shape that its edges end in
        branches = zip(wire.get("data-to").split(), wire.get("data-edges").split(";"), strict=True)
        for end, edges in branches:
            members = picture.shapes[end].get("data-nodes").split() if end in boxes else [end]
            assert {e.split(">")[1] for e in edges.split()} <= set(members)


@each_cell
def test_wires_cross_no_shape_and_lie_on_no_other(name):
    picture = drawn(name)
    pieces = [
        (source, end, sorted(pair))
        for source, end, points in picture.branches()
        for pair in pairwise(points)
    ]
    for shape, (left, top, right, bottom) in picture.boxes().items():
        for source, end, ((x0, y0), (x1, y1)) in pieces:
            y0, y1 = sorted((y0, y1))
            beside = x1 <= left + 0.5 or x0 >= right - 0.5 or y1 <= top + 0.5 or y0 >= bottom - 0.5
            enters = end == shape and x1 < (left + right) / 2  # a circle's edge is inside its box
            assert beside or enters, (source, end, shape)
    for k, (source, _, a) in enumerate(pieces):
        for other, _, b in pieces[k + 1 :]:
            assert source == other or not overlap(a, b), (source, other, a, b)


def overlap(a, b):
    """Whether two pieces are hardly apart for more than a pixel."""
    for axis in (0, 1):
        along = 1 - axis
        if a[0][axis] == a[1][axis] and b[0][axis] == b[1][axis]:
            low = max(min(p[along] for p in a), min(p[along] for p in b))
            high = min(max(p[along] for p in a), max(p[along] for p in b))
            if abs(a[0][axis] - b[0][axis]) < 3 and high - low > 1:
                return True
    return False


# -- nothing is made up ------------------------------------------------------------------------

STEP = """
    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f - self.beta * c)
        g = 2 * tanh((p.W_g @ x + (p.R_g - p.R_i.T) @ h + p.b_g) / 3)
        c = f * c - i * g
        o = sigmoid(p.W_o @ x + p.R_o @ (f * h) + p.p_o * c + p.b_o)
        return o * maximum(tanh(c), 0.1) / (1 + c), c
"""
EDITS = [
    ("p.p_i * c", "p.p_i * h"), ("p.b_i)", "p.b_f)"), ("p.R_i @ h +", "p.R_f @ h +"),
    ("p.W_i @ x", "p.W_o @ x"), ("self.beta * c", "self.beta * h"), ("- self.beta", "+ self.beta"),
    ("2 * tanh", "3 * tanh"), ("/ 3", "/ 4"), ("tanh((", "softsign(("), ("p.R_i.T", "p.R_i"),
    ("p.R_g - p", "p.R_g + p"), ("f * c -", "f * c +"), ("f * c -", "i * c -"),
    ("i * g", "i / g"), ("i * g", "g / i"), ("f * c - i * g", "i * g - f * c"),
    ("p.p_o * c", "p.p_o * f"), ("(f * h)", "(i * h)"), ("(f * h)", "h"), ("c), 0.1", "c), 0.2"),
    ("maximum", "minimum"), ("1 + c", "1 - c"), ("1 + c", "2 + c"), ("/ (1", "* (1"),
    ("(1 + c), c", "(1 + c), f"), ("o * max", "i * max"),
]  # fmt: skip


def written(step):
    from gatelab.variants import minimum, softsign

    words = dict(sigmoid=sigmoid, tanh=tanh, maximum=maximum, minimum=minimum, softsign=softsign)
    body = {}
    exec(step.replace("\n    ", "\n"), words, body)
    return type("Edited", (Variant,), {"beta": 0.5, "step": body["step"]})


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_another_step_is_another_drawing(old, new):
    """What people see differs: data attributes and places left out."""
    assert old in STEP
    assert seen(written(STEP)) != seen(written(STEP.replace(old, new)))


def seen(cls):
    """The texts of each shape and, beside the signs at their wires, of those it sees."""
    picture = Picture(cls())
    marks, leaves = Counter(picture.marks()), picture.program.traced.graph.nodes

    def called(end):
        texts = picture.texts_of(picture.shapes.get(end, []))
        sources = sorted(
            (called(source), *sorted(m for of, m in marks if of == source))
            for source, other, _ in picture.branches()
            if other == end
        )
        value = None if sources or texts else leaves[int(end)].value
        return hashlib.sha256(repr((value, texts, sources)).encode()).hexdigest()

    return {state: called(f"{state}'") for state in picture.program.states}


# -- how it looks ------------------------------------------------------------------------------


def test_the_standard_lstm_as_everybody_draws_it():
    picture = Picture(variants.get("standard")())
    texts = sorted(picture.texts_of(g) for g in picture.shapes.values())
    see = lambda k: f"W{k} x + R{k} h + b{k}"
    boxes = [["σ\u2002f", see("f")], ["σ\u2002i", see("i")], ["σ\u2002o", see("o")]]
    boxes += [["tanh\u2002g", see("g")], ["tanh"]]
    assert texts == sorted([*boxes, ["+"], ["×"], ["×"], ["×"]])
    wires = sorted((a, b) for a, b, _ in picture.branches())
    assert len(wires) == 8 + 2 + 2 + 2 + 1 + 2 + 2


def test_signs_stand_where_wires_arrive():
    class Signs(Variant):
        def step(self, p, x, h, c):
            a, b = tanh(p.W_a @ x), tanh(p.R_b @ h)
            return a - b - c, a * c / b

    picture = Picture(Signs())
    assert picture.texts().count("−") == 2
    (mark,) = (t for t in picture.root.iter(f"{SVG}text") if "".join(t.itertext()) == "÷")
    divisors = [
        points[-1]
        for source, end, points in picture.branches()
        if picture.texts_of(picture.shapes.get(source, [])) == ["tanh\u2002b", "Rb h"]
        and picture.texts_of(picture.shapes[end]) == ["×"]
    ]
    ((x, y),) = divisors
    assert hypot(float(mark.get("x")) - x, float(mark.get("y")) - y) < 15


def test_how_often_a_value_counts_is_said():
    texts = Picture(Twice()).texts()
    assert "2 ×" in texts  # a + c - (b - a) has a twice
    assert "1 +" in texts
    assert "÷ β ×" in texts


def test_means_and_norms_have_boxes():
    picture = Picture(Twice())
    ops = {g.get("data-op"): picture.texts_of(g) for g in picture.shapes.values()}
    assert ops["layer_norm"] == ["norm"]
    assert ops["mean"] == ["mean"]


def test_options_are_drawn():
    plain = draw(derive(variants.get("rhn")()))
    assert plain != draw(derive(variants.get("rhn:depth=2")()))


def test_letters_are_escaped():
    picture = Picture(ODD["Kinks"]())
    assert any(">" in text for text in picture.texts())


def test_the_same_in_every_process():
    """Sets of things without an order of their own have another order each time."""
    names = ["slstm", "full_gate_recurrence", "nas_cell"]
    code = (
        "import sys; from gatelab import variants; from gatelab.calculus.program import derive; "
        "from gatelab.diagram import draw; "
        f"sys.stdout.write(''.join(draw(derive(variants.get(n)())) for n in {names}))"
    )
    here = "".join(draw(derive(variants.get(n)())) for n in names)
    env = os.environ | {"PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
    assert done.stdout.decode() == here
