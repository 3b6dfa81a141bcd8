"""Facts about a cell, from its docstring, step and sizes, for tables and galleries."""

import inspect
import re
from collections import Counter
from dataclasses import dataclass

from gatelab.variants.language.parameters import kind

from ..calculus.blocks import reachable

FAMILIES = ("LSTMs", "GRUs", "Other gated cells", "Cells without gates")
CLIPPED = ("maximum", "minimum")
LONG = 30  # letters of two names that are too many for a table


@dataclass(frozen=True)
class Words:
    """A docstring's parts.

    Attributes:
        summary: its first paragraph, one sentence.
        notes: possible confusions with other cells, and the choices made.
        used: the line that begins with "Used", or "".
        citation: its last paragraph, or "".
    """

    summary: str
    notes: tuple[str, ...]
    used: str
    citation: str

    @property
    def source(self):
        """``Greff et al. (2017)``: who and when."""
        found = re.match(r"(.*?) ?\((\d{4})\)", self.citation)
        if not found:
            return self.citation
        authors = found[1].rstrip(",").split(", ")
        names = " and ".join(authors)
        short = len(authors) < 3 and len(names) < LONG
        return f"{names if short else f'{authors[0]} et al.'} ({found[2]})"


def words(cls):
    """The parts of a class's docstring; missing parts are empty."""
    paragraphs = [" ".join(p.split()) for p in docstring(cls).split("\n\n")]
    summary, *rest = paragraphs
    citation = rest.pop().removeprefix("Citation:").strip() if rest else ""
    used = [p for p in rest if p.startswith("Used ")]
    notes = tuple(p for p in rest if p not in used)
    return Words(summary, notes, " ".join(used), citation)


def docstring(cls):
    """The class's own docstring, not the one inherited from ``Variant``."""
    return inspect.cleandoc(cls.__doc__ or "")


def family(program, summary):
    """The one of ``FAMILIES`` that a cell belongs to, by its description or else by its step."""
    if "LSTM" in summary:
        return FAMILIES[0]
    if re.search(r"GRU|gated recurrent unit", summary, re.I):
        return FAMILIES[1]
    return FAMILIES[2] if _gated(program) else FAMILIES[3]


def _gated(program):
    """Whether a step multiplies by a value in [0, 1] that depends on x or a state."""
    nodes = reachable(program.traced.outputs)
    live = set()
    for n in nodes:
        if n.op in ("input", "state") or any(a.index in live for a in n.args):
            live.add(n.index)
    factors = [a for n in nodes if n.op == "mul" for a in _factors(n)]
    return any(_bounded(a) and a.index in live for a in factors)


def _factors(node):
    """The factors of a product; z for 1 - z."""
    for a in node.args:
        if a.op == "sub" and a.args[0].op == "constant":
            yield a.args[1]
        elif a.op == "mul":
            yield from _factors(a)
        else:
            yield a


def _bounded(node):
    """Whether a value is the output of a sigmoid, or clipped on both sides."""
    if node.op in CLIPPED:
        return any(a.op in CLIPPED and a.op != node.op for a in node.args)
    return node.op == "sigmoid"


def matrices(program):
    """Number of weight blocks: matrices W_* and R_*."""
    return sum(kind(name).is_matrix for name in program.parameters)


def formula(program):
    """``4 HD + 4 HH + 7 H``: the number of parameters, from the sizes."""
    counts = Counter("".join(kind(name).axes) for name in program.parameters)
    terms = [(counts[size], size) for size in ("HD", "HH", "H", "") if counts[size]]
    text = [f"{n} {size}".strip() if n > 1 or not size else size for n, size in terms]
    return " + ".join(text) or "0"
