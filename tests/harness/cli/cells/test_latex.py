"""`gatelab cells NAME --latex`."""

import re

from helpers.cells_command import CELLS, each_cell, printed

from gatelab.calculus import latex
from gatelab.calculus.program import derive


def test_latex_of_a_known_cell(capsys):
    out = printed(capsys, "standard", "--latex")
    assert out.count(r"\begin{align*}") == out.count(r"\end{align*}") == 2
    for line in [
        r"  f_{t} &= \sigma(W_{f} x_{t} + R_{f} h_{t-1} + b_{f}) \\",
        r"  c_{t} &= f_{t} \odot c_{t-1} + i_{t} \odot g_{t} \\",
        r"  h_{t} &= o_{t} \odot \tanh(c_{t})",
        r"  \delta a_{o,t} &= \delta h_{t} \odot \tanh(c_{t}) \odot o_{t} \odot (1 - o_{t}) \\",
        r"  \delta c_{t-1} &= \delta c_{t} \odot f_{t} \\",
        r"  \delta W_{i} &\mathrel{+}= \delta a_{i,t}\, x_{t}^\top \\",
    ]:
        assert line in out.splitlines()


def test_latex_has_fractions_and_greek_letters(capsys, mine):
    assert r"\tanh\left( \frac{c_{t}}{2} \right)" in printed(capsys, "original", "--latex")
    out = printed(capsys, "--import", mine, "mine", "--latex")
    assert r"h_{t} &= z_{t} \odot h_{t-1} + \beta\, \tanh(s_{m}\, m_{t-1}) \\" in out


INNERMOST = re.compile(r"\\begin\{cases\}((?:(?!\\begin|\\end).)*)\\end\{cases\}")


def flat(cases):
    """A case distinction as a pair of pairs, which Matplotlib can set."""
    (a, condition), (b, otherwise) = (row.split("&") for row in cases[1].split(r"\\"))
    word, condition = condition.split("}", 1)
    assert (word.strip(), otherwise.strip()) == (r"\text{if", r"\text{otherwise}")
    return f"({a}, {condition}, {b})"


@each_cell
def test_latex_can_be_typeset(name):
    """By Matplotlib's mathematics, line by line; what it does not know is taken out first."""
    from matplotlib.mathtext import MathTextParser

    parser, program = MathTextParser("path"), derive(CELLS[name]())
    for environment in (latex.equations(program), latex.gradient(program)):
        body = environment.partition(r"\begin{align*}")[2].removesuffix(r"\end{align*}")
        body = re.sub(r"\\mathrel\{(.)\}=", r"\1=", body)
        while INNERMOST.search(body):
            body = INNERMOST.sub(flat, body)
        for line in body.split(r"\\"):
            left, mark, right = line.strip().partition("&")
            assert mark
            assert "&" not in right
            parser.parse(f"${left}{right}$")
