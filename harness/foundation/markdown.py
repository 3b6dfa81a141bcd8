"""Markdown for pages and printed tables."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fence(kind: str, text: str) -> str:
    """A fenced block of a language such as "python"."""
    return f"```{kind}\n{text}\n```"
