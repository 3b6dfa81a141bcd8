"""Equations as Typst mathematics: Typst reads them, and they say what the LaTeX says."""

import re

import pytest
from helpers.packages import needs

from gatelab import variants
from gatelab.calculus import latex, typst
from gatelab.calculus.program import derive
from gatelab.variants import Variant, sigmoid, where

ALIKE = {
    "⊙": "odot", "⊤": "top", "∗": "ast", "·": "cdot", "≤": "leq", "≥": "geq",
    "\N{MINUS SIGN}": "-", "epsilon.alt": "epsilon", "phi.alt": "phi",
}  # fmt: skip
LAYOUT = {
    "begin", "end", "align", "left", "right", "mathrel", "mathrm", "mathit", "mathbf", "text",
    "operatorname", "op", "italic", "bold", "lr", "class", "relation", "thin",
}  # fmt: skip


def said(text):
    """Letters, numbers and signs in their order, without what only places them."""
    text = re.sub(r"^%.*$|\\,|\\end\{cases\}", "", text, flags=re.M)
    for ours, theirs in ALIKE.items():
        text = text.replace(ours, f" {theirs} ")
    found = re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?|[=+|<>-]", text)
    return "".join(word for word in found if word not in LAYOUT)


@pytest.mark.parametrize("cell", [*variants.names(), "rhn:depth=2"])
def test_every_cell_says_the_same_as_its_latex(cell):
    program = derive(variants.get(cell)())
    for ours, theirs in (
        (typst.equations, latex.equations),
        (typst.gradient, latex.gradient),
    ):
        assert said(typst.aligned(ours(program))) == said(theirs(program))


@pytest.mark.parametrize(
    ("tex", "written"),
    {
        "x_{t}": "x_(t)",
        "c_{t}^{2}": "c_(t)^(2)",
        r"R_{h}^\top \delta a": "R_(h)^(⊤) delta a",
        r"\frac{\max(a, b)}{2}": "frac(max ( a , b ), 2)",
        r"\left| a \right|": "lr(| a |)",
        r"\operatorname{LN}^\ast": 'op("LN")^(∗)',
        r"\mathit{wm}\, c": 'italic("wm") thin c',
    }.items(),
)
def test_structure(tex, written):
    assert typst.formula(tex) == written


def test_typst_sets_all_of_them_without_a_warning(tmp_path):
    class Chosen(Variant):
        def step(self, p, x, h):
            a = p.W_h @ x + h
            return (where(a > 0.5, sigmoid(a), 0.0),)

    programs = [derive(make()) for make in (*map(variants.get, variants.names()), Chosen)]
    blocks = [
        f"$ {typst.aligned(write(program))} $"
        for program in programs
        for write in (typst.equations, typst.gradient)
    ]
    page = tmp_path / "all.typ"
    page.write_text("#set page(width: auto, height: auto)\n" + "\n".join(blocks), "utf-8")
    made, warnings = needs("typst").compile_with_warnings(page, ignore_system_fonts=True)
    assert made.startswith(b"%PDF")
    assert warnings == []
