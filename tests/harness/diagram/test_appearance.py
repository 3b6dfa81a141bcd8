"""How drawings look: boxes, signs, words, the same in every process."""

import hashlib
from math import hypot

from helpers.pictures import SVG, Picture, Twice
from helpers.processes import printed

from gatelab import variants
from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.variants import Variant, tanh, where


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
    """An unescaped < is no XML: the picture could not even be read."""

    class Less(Variant):
        def step(self, p, x, h):
            return where(p.W_a @ x < h, h, 0.5 * h)

    assert any("<" in text for text in Picture(Less()).texts())


def test_the_same_in_every_process():
    """Sets of things without an order of their own have another order each time."""
    names = ["slstm", "full_gate_recurrence", "nas_cell"]
    code = (
        "import hashlib; from gatelab import variants; from gatelab.diagram import draw; "
        "from gatelab.calculus.program import derive; "
        f"drawn = ''.join(draw(derive(variants.get(n)())) for n in {names}); "
        "print(hashlib.sha256(drawn.encode()).hexdigest())"
    )
    here = "".join(draw(derive(variants.get(n)())) for n in names)
    there = {printed(code, PYTHONHASHSEED=seed).strip() for seed in ("1", "2")}
    assert there == {hashlib.sha256(here.encode()).hexdigest()}
