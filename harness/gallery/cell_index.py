"""The gallery's first page: every cell, by families, with its drawing."""

from ..calculus.program import derive
from ..describing.about import FAMILIES, family, formula, matrices, words
from ..foundation.markdown import table
from . import frame
from .docstrings import prose

INTRODUCTION = """# Cells

Every cell is written once, as its equations, in [variants/](../../variants); what is on these pages
is made from that by `make docs`: the drawings and the gradients from the traced step, the words
from the docstring. What the equations were checked against: [verification](../verification.md).
`gatelab cells` prints this table with the sizes you ask for.

**Reading the drawings.** One step, from left to right: old states enter at the left, x from below,
new states, with a prime, leave at the right; a state keeps its colour. A box applies the function
in its first line to the sum below it and is named as in the equations: yellow for gates (σ, exp),
blue for other functions, violet for means over the units, grey for sums without a function. Circles
act elementwise; a − or ÷ where a wire arrives says that it is taken away, or divides. • is what an
unnamed wire brings, ⊙ the elementwise product. H is the number of units, D that of inputs."""


def index(classes):
    """The first page."""
    pages, kinds = [cls.name for cls in classes], {}
    for cls in classes:
        program, said = derive(cls()), words(cls)
        row = (_drawing(cls), _about(cls, said, pages), _states(program), *_sizes(program))
        kinds.setdefault(family(program, said.summary), []).append(row)
    heads = ("", "cell", "states", "matrices", "parameters")
    tables = [f"## {kind}\n\n{table(heads, kinds[kind])}" for kind in FAMILIES if kind in kinds]
    return frame.index("cell", INTRODUCTION, tables)


def _drawing(cls):
    return f'<a href="{cls.name}.md"><img src="{cls.name}.svg" width="200" alt="{cls.name}"></a>'


def _about(cls, said, pages):
    source = f"<br><sub>{prose(said.source)}</sub>" if said.source else ""
    used = f"<br>{prose(said.used, pages)}" if said.used else ""
    return f"**[{cls.name}]({cls.name}.md)**<br>{prose(said.summary, pages)}{used}{source}"


def _states(program):
    return " ".join(f"`{state}`" for state in program.states)


def _sizes(program):
    return str(matrices(program)), formula(program)
