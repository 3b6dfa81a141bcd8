"""The papers that the cells' docstrings cite."""

import re

from gatelab.variants import get

from ...describing.about import words
from ..cell_pages import own

YEAR = re.compile(r"\((19|20)\d\d\)")


def references() -> list[str]:
    """The citations of all cells in alphabetical order, each paper once."""
    cited = {part for name in own() for part in words(get(name)).citation.rstrip(".").split("; ")}
    cited = {part for part in cited if YEAR.search(part)}
    whole = [text for text in cited if not any(_says_more(other, text) for other in cited)]
    return [f"{text}." for text in sorted(whole, key=str.casefold)]


def _says_more(other, text):
    """Whether another citation is of the same paper and has more of it."""
    if other == text:
        return False
    return other.startswith(text) or (
        _arxiv(text) == _arxiv(other) != "" and len(other) > len(text)
    )


def _arxiv(text):
    found = re.search(r"arXiv:(\d+\.\d+)", text)
    return found[1] if found else ""
