"""Another step is another drawing: every slip in a cell's equations can be seen."""

import hashlib
from collections import Counter

import pytest
from helpers.pictures import Picture

from gatelab.variants import Variant, maximum, minimum, sigmoid, softsign, tanh

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
