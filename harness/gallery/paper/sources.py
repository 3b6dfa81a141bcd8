"""The papers that the cells and the claims cite."""

import re

from gatelab.variants import get

from ...describing.about import words
from ..cell_pages import own

YEAR = re.compile(r"\((19|20)\d\d\)")
PLACE = re.compile(r", (table|experiment) \w+$")  # in a paper


def references(claims: list[str]) -> list[str]:
    """The citations of all cells and claims in alphabetical order, each paper once.

    Args:
        claims: the sources of claims, "A, B (2017), Title; C (2018), Title".
    """
    known = _of_cells()
    there = {_who_and_when(text) for text in known}
    parts = {PLACE.sub("", part) for source in claims for part in source.split("; ")}
    more = [f"{part}." for part in parts if _who_and_when(part) not in there]
    return sorted({*known, *more}, key=str.casefold)


def _who_and_when(text):
    """The first author and the year."""
    author = re.match(r"(van der \w+|\w+)", text)
    year = YEAR.search(text)
    return (author and author[0], year and year[0])


def _of_cells():
    cited = {part for name in own() for part in words(get(name)).citation.rstrip(".").split("; ")}
    cited = {part for part in cited if YEAR.search(part)}
    whole = [text for text in cited if not any(_says_more(other, text) for other in cited)]
    return [f"{text}." for text in whole]


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
