"""Read columns of numbers from a CSV file, or name the value that is not a number."""

import re
import warnings
from collections.abc import Sequence
from io import StringIO
from os import PathLike
from typing import Any

import numpy as np

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from .reading import listed
from .text import existing, text_of

TAB = "\t"
# Words for marks that would mean something else to a shell or in a list of options.
SPELLED = {"comma": ",", "semicolon": ";", "tab": TAB, r"\t": TAB}
_DAY = (
    r"(?:\d{4}(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}"
    r"|\d{1,2}(?P<b>[-/. ])(?:\d{1,2}|[a-z]{3,9})(?P=b)\d{4})"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?(?:z|utc|[-+]\d\d(?::?\d\d)?))?"
DATE = re.compile(rf"(?:{_DAY}(?:[t ] ?{_CLOCK})?|{_CLOCK})", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:e[-+]?\d+)?", re.IGNORECASE)
SURE = 20  # so many dates must exist in the calendar; for the rest it is enough to look like a date


def numbers(
    path: str | PathLike,
    columns: str | Sequence[str] | None = None,
    separator: str | None = None,
    decimal: str = ".",
) -> tuple[tuple[str, ...], np.ndarray]:
    """Read columns of numbers.

    Args:
        path: a CSV file in UTF-8; its first line names the columns.
        columns: the columns to read. None for all except dates and an unnamed first column, the
            row numbers that pandas writes. A date has a four-digit year, or is a time such as
            12:30.
        separator: None means a comma, but a tab in a .tsv file and a semicolon if ``decimal`` is a
            comma.
        decimal: the decimal mark.

    Returns:
        the column names, and the values (T, D) in float64.

    Raises:
        TaskError: there is no such file or column, no line of names, the separator is invalid, or
            a value is missing, infinite or not a number; the message gives its column, row and
            line in the file.
    """
    file = existing(path)
    text = text_of(file).rstrip("\n")  # an empty line within the table is a missing row
    try:
        decimal = _decimal(decimal)
        usual = TAB if file.suffix.lower() == ".tsv" else ";" if decimal == "," else ","
        frame = _read(text, usual if separator is None else _separator(separator), decimal)
        names = _asked(frame, columns)
        values = [_numbers_of(frame[name], decimal) for name in names]
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None
    return tuple(names), np.stack(values, 1)


def _separator(given):
    mark = SPELLED.get(given, given) if isinstance(given, str) else ""
    if len(mark) != 1 or mark.isalnum() or mark in '"\n\r':
        raise TaskError(
            "separator must be one character and no letter, digit or quote, or one of "
            f"{', '.join(SPELLED)}, got {given!r}"
        )
    return mark


def _decimal(given):
    mark = SPELLED.get(given, given) if isinstance(given, str) else ""
    if mark not in (".", ","):
        raise TaskError(f"decimal must be '.' or ',' (or the word comma), got {given!r}")
    return mark


def _read(text, separator, decimal):
    import pandas as pd
    from pandas.errors import ParserError, ParserWarning

    if not text.partition("\n")[0].strip():
        raise TaskError("the first line is blank; it must name the columns")
    how: dict[str, Any] = {"sep": separator, "decimal": decimal, "skipinitialspace": True}
    try:
        head = pd.read_csv(
            StringIO(text), header=None, nrows=1, dtype=str, keep_default_na=False, **how
        )
        names = _names([str(name).strip() for name in head.iloc[0]], separator)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ParserWarning)
            frame = pd.read_csv(
                StringIO(text), header=0, names=names, index_col=False, low_memory=False,
                skip_blank_lines=False, **how,
            )  # fmt: skip
    except TaskError:
        raise
    except ParserWarning:
        raise TaskError("rows have more values than the first line has names") from None
    except (ParserError, ValueError) as error:
        reason = " ".join(str(error).split()).removeprefix("Error tokenizing data. C error: ")
        raise TaskError(f"is no table: {reason}") from None
    return frame


def _names(names, separator):
    """The column names, if the line holds names; an unnamed first column is called ""."""
    if all(_is_number(name) or DATE.fullmatch(name) for name in names if name):
        raise TaskError(f"the first line must name the columns, got {', '.join(names[:4])}")
    if "" in names[1:]:
        raise TaskError(f"column {1 + names.index('', 1)} has no name in the first line")
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise TaskError(f"two columns are called {twice[0]!r}; rename one")
    other = [mark for mark in (";", TAB, ",") if mark != separator and mark in names[0]]
    if len(names) == 1 and other:
        raise TaskError(f"one column, {names[0]!r}: is it separator={other[0]!r}?")
    return names


def _asked(frame, columns):
    if len(frame) == 0:
        raise TaskError("holds no rows below the names of its columns")
    if columns is not None:
        for name in (names := listed(columns)):
            if name not in frame.columns:
                raise unknown("column", name, frame.columns, TaskError)
        return names
    names = [name for name in frame.columns if name and not _holds_dates(frame[name])]
    if not names:
        raise TaskError("holds no column of numbers")
    return names


def _holds_dates(column):
    """Whether all values present are unmistakably dates or times of day."""
    import pandas as pd

    said = [] if _has_numbers(column) else [str(value).strip() for value in column.dropna()]
    if not said or not all(map(DATE.fullmatch, said)):
        return False
    read = pd.to_datetime(said[:SURE], errors="coerce", format="mixed", utc=True)
    return not read.hasnans


def _numbers_of(column, decimal):
    import pandas as pd

    read = column
    if not _has_numbers(column):
        said = column.astype(str)  # "true" is not a number, though NumPy would read it as 1
        if decimal == ",":
            said = said.str.translate(str.maketrans(",.", ".,"))
        read = pd.to_numeric(said, errors="coerce")
    values = np.asarray(read, np.float64)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        row = int(column.index[bad[0]])
        value = column.iloc[bad[0]]
        what = "is missing; fill such values or leave such rows out first"
        if not pd.isna(value):
            todo = "columns= says which columns to read"
            if decimal == "." and DECIMAL_COMMA.fullmatch(str(value).strip()):
                todo = "if that is a decimal comma, say decimal=',' (decimal=comma when typed)"
            what = f"is {str(value)!r}, no finite number; {todo}"
        raise TaskError(f"column {column.name!r}, row {row + 1} (line {row + 2}) {what}")
    return values


def _has_numbers(column):
    return column.dtype.kind in "iuf"


def _is_number(text):
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
