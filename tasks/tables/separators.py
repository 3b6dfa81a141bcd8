"""The mark between the cells of a table: the one given, or the only one that makes a table."""

from collections import Counter
from typing import NamedTuple

from ..framework.errors import TaskError
from .records import Record
from .words import SPELLED, spelled

CANDIDATES = (",", ";", "\t", "|")
LOOKED_AT = 200  # records at the top
WORDS = ("comma", "semicolon", "tab", "space")


class Fit(NamedTuple):
    """How well a separator makes a table of records; smaller is better."""

    above: int  # records above the first of the common width
    odd: float  # share of records of another width
    separator: str
    width: int


def checked_separator(given: object) -> str:
    """A separator that a user gave, as a mark.

    Raises:
        TaskError: it is none.
    """
    mark = SPELLED.get(given, given) if isinstance(given, str) else ""
    if len(mark) != 1 or mark.isalnum() or mark in '"\n\r':
        raise TaskError(
            "separator must be one character and no letter, digit or quote, or one of "
            f"{', '.join(WORDS)}, got {given!r}"
        )
    return mark


def found_separator(given: list[Record], usual: str = ",") -> str:
    """The separator that makes a table of records.

    Args:
        usual: the separator if there is one column only.

    Raises:
        TaskError: two separators do so equally well.
    """
    fits = sorted(filter(None, (fit(given, mark) for mark in CANDIDATES)))
    if not fits and (spaced := fit(given, " ")) and not spaced.above and not spaced.odd:
        return " "
    if not fits:
        return usual
    best, *others = fits
    if others and others[0][:2] == best[:2]:
        two = " or ".join(f'separator="{spelled(each.separator)}"' for each in (best, others[0]))
        raise TaskError(f"two separators make a table of it; say {two}")
    return best.separator


def fit(given: list[Record], separator: str) -> Fit | None:
    """How well a separator makes a table; None if it makes one column."""
    seen = [r for r in given if not (r.is_blank or r.is_comment)][:LOOKED_AT]
    widths = [len(record.cells(separator)) for record in seen]
    if not widths or max(widths) == 1:
        return None
    # Of widths that are as common as each other the first: that of the names.
    width = Counter(widths).most_common(1)[0][0]
    if width == 1:
        return None
    return Fit(widths.index(width), 1 - widths.count(width) / len(widths), separator, width)
