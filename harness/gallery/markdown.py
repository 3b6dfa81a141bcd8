"""Markdown as GitHub shows it: prose from docstrings, tables, and the LaTeX that it allows."""

import re

from ..calculus import latex


def prose(text, pages=()):
    """A docstring's paragraph; names of cells in double backticks link to their pages."""
    parts = re.split(r"``(.+?)``", text)
    parts[::2] = map(_plain, parts[::2])
    parts[1::2] = [_code(part, pages) for part in parts[1::2]]
    return "".join(parts)


def _plain(text):
    """Without the meaning that some characters have."""
    return re.sub(r"([\\*_\[\]<>|`~])", r"\\\1", text)


def _code(text, pages):
    name = text.partition(":")[0]
    shown = f"`{text}`".replace("|", r"\|")
    return f"[{shown}]({name}.md)" if name in pages else shown


def table(heads, rows):
    """A table; cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fence(kind, text):
    """A fenced block."""
    return f"```{kind}\n{text}\n```"


def mathematics(program):
    r"""A step's equations: GitHub allows neither ``align*`` in a block nor ``\operatorname``."""
    text = latex.equations(program).replace("align*", "aligned")
    return fence("math", text.replace(r"\operatorname", r"\mathrm"))
