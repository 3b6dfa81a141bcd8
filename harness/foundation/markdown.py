"""Markdown that every page and every printed table is made of."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fence(kind: str, text: str) -> str:
    """A fenced block, such as of "python"."""
    return f"```{kind}\n{text}\n```"
