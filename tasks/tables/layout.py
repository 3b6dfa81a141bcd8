"""The cells of a table, and the lines they stand in."""

import re
from collections.abc import Mapping
from io import StringIO
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.errors import ParserError

from ..framework.errors import TaskError
from . import dates
from .footers import kept, refuse_footers
from .heading import heading, units_below
from .reading import Reading, words
from .records import Record, lines_said, records
from .saying import counted
from .separators import checked_separator, found_separator

HINT = "sep="  # a first line with which spreadsheets say their separator


class Cells(NamedTuple):
    """A table before its cells are read as numbers or times.

    Attributes:
        frame: cells of a file as stripped text, a column "" for an unnamed first one; columns of a
            pandas frame keep their types.
        lines: (T,) line of each row in the file, or number of the row in a frame; both from 1.
        where: what ``lines`` counts, "line" or "row".
        units: {column: unit} from a line of units below the names.
        notes: what was left out or read in a special way, a sentence each.
        separator: between the cells of a file; "" for a frame.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    where: str = "line"
    units: Mapping[str, str] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    separator: str = ""


def cells_of_text(text: str, how: Reading, usual: str = ",") -> Cells:
    """The cells of a text.

    Args:
        usual: the separator if the text does not show one.

    Raises:
        TaskError: it is no table, or may be two.
    """
    given = records(text)[_skipped(how.skip) :]
    notes = []
    hint = given[0].text.strip() if given else ""
    if hint.lower().startswith(HINT) and len(hint) == len(HINT) + 1:
        given, usual = given[1:], hint[-1]
        separator = usual
    else:
        separator = found_separator(given, usual) if how.separator is None else None
    separator = separator or checked_separator(how.separator)
    top = heading(given, separator, bool(how.skip))
    below = kept(given[top.at + 1 :], words(how.drop), separator)
    if left := len(given) - top.at - 1 - len(below):
        said = " or ".join(map(repr, words(how.drop)))
        notes.append(f"{counted(left, 'row')} left out: a cell begins with {said}")
    below, more = _rows_only(below, top.names, separator)
    units = units_below(below, top.names, separator)
    if units:
        notes.append(f"line {below[0].line}, units ({', '.join(units.values())}), was left out")
        below = below[1:]
    if not below:
        raise TaskError("holds no rows below the names of its columns")
    texts, cut = _of_one_width(below, len(top.names), separator, words(how.drop))
    frame, last = _named(_parsed(texts, len(top.names), separator), top.names)
    lines = np.array([record.line for record in below])
    return Cells(frame, lines, "line", units, (*top.notes, *notes, *more, *cut, *last), separator)


def _skipped(skip):
    if isinstance(skip, bool) or not isinstance(skip, int) or skip < 0:
        raise TaskError(f"skip must be a number of lines, got {skip!r}")
    return skip


def _rows_only(below, names, separator):
    """The records without comments, repeated names and blank lines, and notes."""
    notes = []
    while below and below[-1].is_blank:
        if below[-1].text.strip():
            notes = ["blank rows at the end were left out"]
        below = below[:-1]
    comments = [record for record in below if record.is_comment]
    again = [r for r in below if r.text[:1] == names[0][:1] and r.cells(separator) == names]
    if comments:
        notes.append(
            f"{counted(len(comments), 'comment')} left out, the first in {_line(comments[0])}"
        )
    if again and names[0]:
        notes.append(
            f"names were repeated in {_line(again[0])}; {counted(len(again), 'row')} left out"
        )
    else:
        again = []
    out = {record.line for record in (*comments, *again)}
    below = [record for record in below if record.line not in out] if out else below
    blank = sum(record.is_blank for record in below)
    if blank and (_every_other(below, blank) or _says_when(below, separator)):
        below = [record for record in below if not record.is_blank]
        notes.append(f"{counted(blank, 'blank line')} left out")
    return below, notes


def _every_other(below, blank):
    """Whether a blank line stands between any two others, as after line ends that were doubled."""
    alternate = all(a.is_blank != b.is_blank for a, b in pairwise(below))
    return alternate and len(below) - blank > 2


def _says_when(below: list[Record], separator):
    """Whether rows hold a time, so that a missing row shows."""
    row = next((record for record in below if not record.is_blank), below[0])
    return any(
        form.fullmatch(cell)
        for cell in row.cells(separator)
        for form in (dates.DATED, dates.CLOCKED)
    )


def _of_one_width(below, width, separator, drop):
    """The texts of the records, of ``width`` cells each, and notes."""
    counts = np.array([_width(record, separator) for record in below])
    refuse_footers(below, width, separator, drop)
    texts = [record.text for record in below]
    cut = 0
    for i in np.flatnonzero(counts != width):
        cells = below[i].cells(separator)
        if below[i].is_blank:
            texts[i] = '""' + separator * (width - 1)
        elif len(cells) > width and not any(cells[width:]):
            mark = rf"(?:{re.escape(separator)}\s*){{{len(cells) - width}}}$"
            texts[i] = re.sub(mark, "", texts[i].rstrip())
            cut += 1
        else:
            _refuse_width(below[i], i, len(cells), width, (counts == len(cells)).all())
    return texts, ["empty cells at the end of lines were left out"] if cut else []


def _width(record, separator):
    if '"' in record.text or separator == " ":
        return len(record.cells(separator))
    return record.text.count(separator) + 1


def _refuse_width(record, row, count, width, every):
    more = "more" if count > width else "fewer"
    if every:
        raise TaskError(
            f"rows have {more} values than the first line has names, {count} and {width}: name "
            "each column; if commas are decimal marks here, cells that hold one need quotes"
        )
    raise TaskError(
        f"row {row + 1} (line {record.line}) has {more} cells than there are names, {count} and "
        f"{width}: mend that line; a cell that holds a separator needs quotes"
    )


def _parsed(texts, width, separator):
    try:
        frame = pd.read_csv(
            StringIO("\n".join(texts) + "\n"), header=None, names=list(range(width)), dtype=str,
            sep=r"\s+" if separator == " " else separator, na_filter=False, index_col=False,
            skip_blank_lines=False, skipinitialspace=True,
        )  # fmt: skip
    except (ParserError, ValueError) as error:
        raise TaskError(f"is no table: {' '.join(str(error).split())}") from None
    return pd.DataFrame({name: frame[name].str.strip() for name in frame})


def _named(frame, names):
    """The frame with its names, without columns that have neither name nor cells; and notes."""
    nameless = [j for j, name in enumerate(names) if not name]
    empty = [j for j in nameless if not frame[j].any()]
    for j in nameless:
        if j and j not in empty:
            raise TaskError(f"column {j + 1} has no name in the first line")
    frame = frame.drop(columns=empty).set_axis(
        [name for j, name in enumerate(names) if j not in empty], axis=1
    )
    return frame, (["a column with neither name nor cells was left out"] if empty else [])


def _line(record):
    return lines_said([record])
