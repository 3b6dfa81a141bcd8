"""Convert docstrings, or paragraphs of them, to GitHub's Markdown."""

import re
import textwrap
from collections.abc import Collection
from itertools import groupby

from ..foundation.markdown import fence


def prose(text: str, pages: Collection[str] = ()) -> str:
    """Convert a paragraph; names in double backticks link to their pages, if they have one."""
    parts = re.split(r"``(.+?)``", text)
    parts[::2] = map(_plain, parts[::2])
    parts[1::2] = [_code(part, pages) for part in parts[1::2]]
    return "".join(parts)


def _plain(text):
    """Escape the characters that mean something in Markdown."""
    return re.sub(r"([\\*_\[\]<>|`~])", r"\\\1", text)


def _code(text, pages):
    name = text.partition(":")[0]
    shown = f"`{text}`".replace("|", r"\|")
    return f"[{shown}]({name}.md)" if name in pages else shown


def document(text: str, pages: Collection[str] = ()) -> str:
    """Convert a cleaned docstring: paragraphs, lists of "* ", and indented text, kept verbatim."""
    parts: list[str] = []
    for drawn, group in groupby(re.split(r"\n{2,}", text), lambda part: part.startswith(" ")):
        if drawn:
            parts.append(fence("text", textwrap.dedent("\n\n".join(group))))
        else:
            parts += [_paragraph(part, pages) for part in group]
    return "\n\n".join(parts)


def _paragraph(text, pages):
    """Convert a paragraph; a final "::" becomes ":", or nothing after another mark."""
    if text.startswith("* "):
        items = re.split(r"\n?^\* ", text, flags=re.MULTILINE)[1:]
        return "\n".join(f"* {prose(' '.join(item.split()), pages)}" for item in items)
    text = " ".join(text.split())
    if text.endswith("::"):
        text = re.sub(r"(?<=\w)$", ":", text[:-2].rstrip()) if text.endswith(" ::") else text[:-1]
    return prose(text, pages)
