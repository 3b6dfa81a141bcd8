"""Which marks stand within numbers: the decimal mark, and one between thousands.

They are those of the whole table: whoever writes 1.234,50 in one column writes 12,5 in another.
What one column leaves open, another may decide; what stays open is refused.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .codes import is_code
from .words import SPELLED, quoted, spelled

SPACES = re.compile(r"[\s\u00a0\u2009\u202f]")
SMALL = 3  # different numbers without a mark that speak for thousands; fewer may be codes
THREE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1,234: a number of thousands, or decimals


class Marks(NamedTuple):
    """The marks of a table; no ``thousands`` if numbers have no groups."""

    thousands: str
    decimal: str

    def reads(self, words: pd.Series) -> np.ndarray:
        """(N,) bool: which words are numbers with these marks; none, if some lack their groups."""
        grouped = words.str.fullmatch(self._pattern(groups=True)).to_numpy(bool)
        read = grouped | words.str.fullmatch(self._pattern(groups=False)).to_numpy(bool)
        if grouped.any():
            long = r"^[0-9]{5}" if self.thousands == " " else r"^[0-9]{4}"
            read &= grouped | ~words.str.contains(long, regex=True).to_numpy(bool)
        return read

    def plain(self, words: pd.Series) -> pd.Series:
        """The words with no mark but a decimal point."""
        if self.thousands:
            words = words.str.replace(self.thousands, "", regex=False)
        return words if self.decimal == "." else words.str.replace(self.decimal, ".", regex=False)

    def _pattern(self, groups):
        whole = rf"[1-9][0-9]{{0,2}}(?:{re.escape(self.thousands)}[0-9]{{3}})+"
        decimal = re.escape(self.decimal)
        if groups:
            return whole + rf"(?:{decimal}[0-9]*)?" if self.thousands else r"(?!)"
        return rf"(?:[0-9]+(?:{decimal}[0-9]*)?|{decimal}[0-9]+)"


ALL = tuple(
    Marks(thousands, decimal)
    for decimal in ".,"
    for thousands in ("", ",", ".", "'", " ")
    if thousands != decimal
)


def normal(words: pd.Series) -> pd.Series:
    """Numbers with one kind of space and one kind of apostrophe."""
    return words.str.replace(SPACES, " ", regex=True).str.replace("’", "'", regex=False)


def checked(name: str, given: object) -> str | None:
    """A mark that a user gave.

    Raises:
        TaskError: it is none.
    """
    if given is None:
        return None
    mark = SPELLED.get(given, given) if isinstance(given, str) else ""
    known = (".", ",") if name == "decimal" else (",", ".", "'", " ")
    if mark not in known:
        few = "'.' or ','" if name == "decimal" else "',', '.', ' or a space"
        raise TaskError(f"{name} must be {few} (or the word comma), got {given!r}")
    return mark


def found(
    columns: Mapping[str, pd.Series], separator: str, thousands: str | None, decimal: str | None
) -> dict[str, Marks]:
    """{column: the marks within its numbers}.

    Args:
        columns: {name: unsigned numbers as text, each once, without currency and unit}.
        separator: between the cells of the table.
        thousands, decimal: marks that the user named; None finds them.

    Raises:
        TaskError: numbers may be read in two ways.
    """
    if decimal and not thousands:
        _refuse_unused(columns, decimal)
    allowed = [
        marks
        for marks in ALL
        if decimal in (None, marks.decimal)
        and (thousands is None or marks.thousands in (thousands, ""))
    ]
    if thousands:  # those without groups stand behind, for columns that have none
        allowed = sorted(allowed, key=lambda marks: marks.thousands != thousands)
    fits = {name: _fitting(column, allowed) for name, column in columns.items()}
    common = [m for m in allowed if all(m in each for each in fits.values())]
    chosen = {}
    for name, column in columns.items():
        possible = common or fits[name]
        if thousands or decimal or (different := _different(column, possible)) is None:
            chosen[name] = possible[0]
        else:
            chosen[name] = _decided(name, column, possible, different, columns, separator)
    return chosen


def _refuse_unused(columns, decimal):
    """Refuse a decimal mark that no number has, though numbers have the other one."""
    other = "." if decimal == "," else ","
    if any(column.str.contains(decimal, regex=False).any() for column in columns.values()):
        return
    for name, column in columns.items():
        if len(marked := column[column.str.contains(other, regex=False)]):
            raise TaskError(
                f"column {name!r} holds {marked.iloc[0]!r}, and no number has a decimal "
                f"{decimal!r}: is it thousands={quoted(spelled(other))} or "
                f"decimal={quoted(spelled(other))}?"
            )


def _fitting(column, allowed):
    """The marks that read most of a column's words."""
    text = "\n".join(column)
    in_use = _in_use(text, allowed)
    counts = {marks: _count(column, marks) for marks in {*in_use}}
    most = max(counts.values())
    return [marks for marks, used in zip(allowed, in_use, strict=True) if counts[used] == most]


def _in_use(text, several):
    """Marks without those between thousands that do not occur in a text."""
    return [m if m.thousands in text else m._replace(thousands="") for m in several]


def _count(column, marks):
    """How many of a column's words marks read; 0 if none of the first few."""
    return int(marks.reads(column).sum()) if marks.reads(column[:50]).any() else 0


def _different(column, possible):
    """The first word that two of the possible marks read differently, or None."""
    in_use = _in_use("\n".join(column), possible)
    if len({*in_use}) < 2:
        return None
    marked = column[column.str.contains(r"[.,]", regex=True)]
    marked = marked[np.all([marks.reads(marked) for marks in {*in_use}], axis=0)]
    first, *others = (marks.plain(marked) for marks in in_use)
    for other in others:
        unlike = np.asarray(pd.to_numeric(first)) != np.asarray(pd.to_numeric(other))
        if unlike.any():
            return marked[unlike].iloc[0]
    return None


def _decided(name, column, possible, word, columns, separator):
    """The marks that evidence speaks for; refused if there is none."""
    mark = "," if "," in word else "."
    as_decimal = next(marks for marks in possible if marks.decimal == mark)
    as_thousands = next(marks for marks in possible if marks.thousands == mark)
    marked = column.str.contains(mark, regex=False)
    small = [word for word in column[~marked] if not is_code(float(word))]
    if len(small) >= SMALL:
        # Who writes three decimals writes 985.000; and who leaves out zeros never writes 1.010.
        if mark == "," or column[marked].str.endswith("0").any():
            return as_thousands
    elif small:
        pass
    elif (mark == "." and separator != ";") or _are_several(columns, mark):
        return as_decimal
    raise TaskError(
        f"column {name!r} holds {word!r}: {mark!r} may be a mark between thousands or the decimal "
        f"mark; thousands={quoted(spelled(mark))} or decimal={quoted(spelled(mark))} says which"
    )


def _are_several(columns, mark):
    """Whether several columns have three digits behind the mark throughout: so written decimals."""
    if len(columns) < 2:
        return False
    return all(
        column.str.fullmatch(THREE).all() and column.str.contains(mark, regex=False).all()
        for column in columns.values()
    )
