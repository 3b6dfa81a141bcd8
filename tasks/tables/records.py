"""The records of a text: lines, or several where a quoted cell spans them."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import NamedTuple

from ..framework.errors import TaskError

#: "#N/A" and its kin are cells, not comments.
COMMENT = re.compile(r"\s*(?:#(?!N/?A|DIV|VALUE|REF|NUM|NAME|NULL)|//|%%?\s)")


class Record(NamedTuple):
    """A line of a text, or several that one quoted cell spans.

    Attributes:
        line: its first line in the file, from 1.
        text: without the newline at its end.
    """

    line: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but spaces, quotes and separators."""
        return not self.text.strip(' \t,;|"')

    @property
    def is_comment(self) -> bool:
        """Whether it begins as comments do."""
        return COMMENT.match(self.text) is not None

    def cells(self, separator: str) -> list[str]:
        """Its cells, stripped; a space as separator stands for any number of spaces."""
        if '"' in self.text:
            text = re.sub(" +", " ", self.text.strip()) if separator == " " else self.text
            reader = csv.reader(StringIO(text), delimiter=separator, skipinitialspace=True)
            return [cell.strip() for cell in next(reader)]
        cells = self.text.split(None if separator == " " else separator)
        return [cell.strip() for cell in cells]


def records(text: str) -> list[Record]:
    """The records of a text.

    Raises:
        TaskError: a quote is opened and never closed.
    """
    lines = text.split("\n")
    if '"' not in text:
        return [Record(number, line) for number, line in enumerate(lines, 1)]
    found, begun = [], None
    for number, line in enumerate(lines, 1):
        first, before = begun or (number, "")
        whole = before + line
        if whole.count('"') % 2:
            begun = (first, whole + "\n")
        else:
            found.append(Record(first, whole))
            begun = None
    if begun is not None:
        raise TaskError(f"line {begun[0]} opens a quote that is never closed")
    return found


def lines_said(found: Iterable[Record]) -> str:
    """Such as "line 1 ('Export of station 7')" or "lines 801-802 ('Total ...')"."""
    found = list(found)
    start, stop = found[0].line, found[-1].line
    words = " ".join(found[0].text.split())
    shown = words if len(words) <= 40 else words[:37] + "..."
    return f"line {start} ({shown!r})" if start == stop else f"lines {start}-{stop} ({shown!r} ...)"
