"""Equations as MathML: well formed, and saying what the LaTeX says."""

import re
from xml.etree import ElementTree

import pytest

from gatelab import variants
from gatelab.calculus import latex, mathml
from gatelab.calculus.program import derive
from gatelab.variants import Variant, sigmoid, where

WORDS = {
    r"\odot": "⊙", r"\top": "⊤", r"\ast": "∗", r"\cdot": "·", r"\leq": "≤", r"\geq": "≥",
    r"\delta": "δ", r"\sigma": "σ", r"\beta": "β", r"\gamma": "γ", r"\theta": "θ", r"\eta": "η",
    r"\alpha": "α", r"\omega": "ω", r"\epsilon": "ϵ", r"\zeta": "ζ", r"\nu": "ν",
}  # fmt: skip
LAYOUT = r"\\(begin|end)\{\w+\*?\}|\\(frac|sqrt|left|right|mathrel|math\w\w|operatorname|text)"


def letters(markup):
    """The visible characters of a <math> element, in order."""
    text = "".join(ElementTree.fromstring(markup).itertext())
    return re.sub(r"[\s{]", "", text).replace("\N{MINUS SIGN}", "-")


def plain(tex):
    """The visible characters of a LaTeX text, in order."""
    text = re.sub(r"^%.*$", "", tex, flags=re.M)
    for command, letter in WORDS.items():
        text = re.sub(rf"\{command}(?![a-z])", letter, text)
    text = re.sub(LAYOUT, "", text).replace(r"\,", "")
    return re.sub(r"[\s{}_^&\\]", "", text).replace("ϵ", mathml.LETTERS["epsilon"])


@pytest.mark.parametrize("cell", [*variants.names(), "rhn:depth=2"])
def test_every_cell_says_the_same_as_its_latex(cell):
    program = derive(variants.get(cell)())
    for ours, theirs in ((mathml.equations, latex.equations), (mathml.gradient, latex.gradient)):
        assert letters(ours(program)) == plain(theirs(program))


def written(tex):
    root = ElementTree.fromstring(mathml.element(tex))
    for space in root.findall(".//mspace/.."):
        for child in space.findall("mspace"):
            space.remove(child)
    for element in root.iter():
        element.attrib.clear()
    text = ElementTree.tostring(root, encoding="unicode")
    return text.replace("<mrow>", "(").replace("</mrow>", ")")


@pytest.mark.parametrize(
    ("tex", "markup"),
    {
        "x_{t}": "(<msub><mi>x</mi>(<mi>t</mi>)</msub>)",
        "c_{t}^{2}": "(<msubsup><mi>c</mi>(<mi>t</mi>)(<mn>2</mn>)</msubsup>)",
        r"R_{h}^\top": "(<msubsup><mi>R</mi>(<mi>h</mi>)<mo>⊤</mo></msubsup>)",
        r"\frac{a}{2}": "(<mfrac>(<mi>a</mi>)(<mn>2</mn>)</mfrac>)",
        r"\sqrt{a} + 0.5": "(<msqrt>(<mi>a</mi>)</msqrt><mo>+</mo><mn>0.5</mn>)",
        r"\left| a \right|": "((<mo>|</mo>(<mi>a</mi>)<mo>|</mo>))",
        r"\operatorname{LN}^\ast": "(<msup><mi>LN</mi><mo>∗</mo></msup>)",
    }.items(),
)
def test_structure(tex, markup):
    assert written(tex) == markup


def test_a_minus_that_begins_a_bracket_belongs_to_what_follows():
    assert 'form="prefix"' in mathml.element("(-a)")
    assert 'form="prefix"' in mathml.element("-a")
    assert 'form="prefix"' not in mathml.element("b - a")


def test_a_choice_is_a_table_of_its_cases():
    class Chosen(Variant):
        def step(self, p, x, h):
            a = p.W_h @ x + h
            return (where(a > 0.5, sigmoid(a), 0.0),)

    text = mathml.equations(derive(Chosen()))
    table = ElementTree.fromstring(text.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    rows = [["".join(cell.itertext()) for cell in row] for row in table.findall(".//mrow/mtable/*")]
    assert rows == [
        ["σ(at)", "if\N{NO-BREAK SPACE}at>0.5"],
        ["0", "otherwise"],
    ]
