"""Drawings leave nothing out: every operation has its shape, every edge its wire."""

from collections import Counter
from functools import cache
from itertools import pairwise
from math import hypot

import pytest
from helpers.pictures import SVG, Picture, Twice
from oracles.odd_cells import ODD, SPARSE

from gatelab import variants
from gatelab.calculus.blocks import reachable
from gatelab.variants import Variant, sigmoid, tanh
from gatelab.variants.language.symbols import Matrix


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


@cache
def drawn(name):
    return Picture(CELLS[name]())


def matrix_edges(matrix):
    for a in matrix.args:
        yield from matrix_edges(a)
        yield a.index, matrix.index


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
