"""Markdown as GitHub shows it: that of every page, and the LaTeX that it allows."""

from ..calculus import latex
from .pieces import fence, prose, table

__all__ = ["fence", "mathematics", "prose", "table"]


def mathematics(program):
    r"""A step's equations: GitHub allows neither ``align*`` in a block nor ``\operatorname``."""
    text = latex.equations(program).replace("align*", "aligned")
    return fence("math", text.replace(r"\operatorname", r"\mathrm"))
