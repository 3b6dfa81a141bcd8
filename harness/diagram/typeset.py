"""Typeset: formulas with subscripts as SVG text, and their widths."""

import re
from html import escape
from itertools import groupby

from gatelab.variants.language.operations import FUNCTIONS
from gatelab.variants.language.table import TABLE

LETTERS = dict(zip(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega".split(),
    "αβγδεζηθικλμνξπρστυφχψω",
    strict=True,
))  # fmt: skip
#: Functions, set upright.
WORDS = {"if", "else", *(TABLE[name].small or name for name in FUNCTIONS)}
TOKEN = re.compile(r"[A-Za-z•][A-Za-z0-9_]*'?|.", re.S)
NARROW, WIDE = set("ijltfrI.,;:'′|!()[] "), set("mwMWGOQDHNUXKABC⊙+−×÷=<>")
SMALL = 0.72  # size of a subscript, relative to the text


def runs(text):
    """Pieces of a formula such as ``W_i x + R_i h'``: [(characters, italic, subscript)]."""
    found = []
    for token in TOKEN.findall(text.replace("-", "−")):
        if token in WORDS or not re.match("[A-Za-z•]", token):
            found.append((token, False, False))
            continue
        name, prime = token.removesuffix("'"), "′" * token.endswith("'")
        base, *parts = name.split("_")
        letters = base.rstrip("0123456789")
        parts = [p for p in (base[len(letters) :], *parts) if p]
        found.append((LETTERS.get(letters, letters), True, False))
        if prime:
            found.append((prime, False, False))
        if parts:
            found.append((",".join(LETTERS[p] if p in LETTERS else p for p in parts), True, True))
    return found


def width(text, size):
    """Estimated width of a text in pixels, rather too large than too small."""
    return sum(
        sum(_advance(c) for c in characters) * size * (SMALL if below else 1)
        for characters, _, below in runs(text)
    )


def _advance(character):
    if character in NARROW:
        return 0.34
    return 0.76 if character in WIDE else 0.54


def text(content, x, y, size, kind, anchor="middle"):
    """An SVG text element of a formula; ``size`` in pixels, ``kind`` its CSS class."""
    spans, lowered = [], False
    for (italic, below), same in groupby(runs(content), key=lambda run: run[1:]):
        characters = "".join(run[0] for run in same)
        shift = "" if below == lowered else f' dy="{(1 if below else -1) * size * 0.25:g}"'
        style = f' font-size="{size * SMALL:g}"' if below else ""
        slant = ' class="i"' if italic else ""
        spans.append(f"<tspan{slant}{shift}{style}>{escape(characters, quote=False)}</tspan>")
        lowered = below
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" font-size="{size:g}" '
        f'text-anchor="{anchor}">{"".join(spans)}</text>'
    )


def lines(content, wide):
    """Break a sum at its signs into lines of at most ``wide`` characters, as even as possible."""
    terms, found = re.split(r" (?=[+-] )", content), []
    longest = max(map(_length, terms))
    for limit in range(max(wide, longest), longest - 1, -1):
        broken = _broken(terms, limit)
        if found and len(broken) > len(found):
            break
        found = broken
    return found


def _broken(terms, limit):
    done = [terms[0]]
    for term in terms[1:]:
        if _length(done[-1]) + _length(term) < limit:
            done[-1] += f" {term}"
        else:
            done.append(term)
    return done


def _length(content):
    return len(content.replace("_", ""))
