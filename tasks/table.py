"""Columns of numbers out of a CSV file, or a line that says which cell is none."""

import warnings
from collections.abc import Sequence
from io import StringIO
from os import PathLike
from typing import Any

import numpy as np

from .errors import TaskError, unknown
from .own_files import existing, text_of

TAB = "\t"


def numbers(
    path: str | PathLike, columns: str | Sequence[str] | None = None, separator: str | None = None
) -> tuple[tuple[str, ...], np.ndarray]:
    """Names and values (T, D) in float64 of the columns asked for, or of all.

    The first line names the columns. If none is asked for, columns of dates and a nameless first
    one, the row numbers that pandas writes, are left out. ``separator`` is a comma, or a tab in a
    .tsv file, unless given.

    Raises:
        TaskError: no such file or column, no line of names, a value that is missing, infinite or
            no number, with its column, its row and its line in the file.
    """
    file = existing(path)
    text = text_of(file).rstrip("\n")  # an empty line within the table is a missing row
    try:
        frame = _read(text, separator or (TAB if file.suffix.lower() == ".tsv" else ","))
        names = _asked(frame, columns)
        values = [_numbers_of(frame[name]) for name in names]
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None
    return tuple(names), np.stack(values, 1)


def listed(columns: str | Sequence[str]) -> list[str]:
    """One name or several, each once."""
    names = [columns] if isinstance(columns, str) else list(columns)
    if not names or len({*names}) < len(names):
        raise TaskError(f"name at least one column, and each once, got {names}")
    return names


def _read(text, separator):
    import pandas as pd
    from pandas.errors import ParserError, ParserWarning

    how: dict[str, Any] = {"sep": separator, "skipinitialspace": True}
    try:
        head = pd.read_csv(
            StringIO(text), header=None, nrows=1, dtype=str, keep_default_na=False, **how
        )
        names = _names([str(name).strip() for name in head.iloc[0]])
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


def _names(names):
    """The line of names, if it is one; a nameless first column is called ""."""
    if all(_is_number(name) for name in names if name):
        raise TaskError(f"the first line must name the columns, got {', '.join(names[:4])}")
    if "" in names[1:]:
        raise TaskError(f"column {1 + names.index('', 1)} has no name in the first line")
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise TaskError(f"two columns are called {twice[0]!r}; rename one")
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        mark = ";" if ";" in names[0] else TAB
        raise TaskError(f"one column, {names[0]!r}: is it separator={mark!r}?")
    return names


def _asked(frame, columns):
    if len(frame) == 0:
        raise TaskError("holds no rows below the names of its columns")
    if columns is not None:
        for name in (names := listed(columns)):
            if name not in frame.columns:
                raise unknown("column", name, frame.columns)
        return names
    names = [name for name in frame.columns if name and not _holds_dates(frame[name])]
    if not names:
        raise TaskError("holds no column of numbers")
    return names


def _holds_dates(column):
    """Whether the first value is a date or a time of day."""
    import pandas as pd

    first = str(column.iloc[0])
    if _has_numbers(column) or not any(letter.isdigit() for letter in first):
        return False
    return not pd.isna(pd.to_datetime(first, errors="coerce", format="mixed"))


def _numbers_of(column):
    import pandas as pd

    # "true" is no number, though NumPy would take it for 1.
    read = column if _has_numbers(column) else pd.to_numeric(column.astype(str), errors="coerce")
    values = np.asarray(read, np.float64)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        row = int(column.index[bad[0]])
        value = column.iloc[bad[0]]
        what = "is missing; fill such values or leave such rows out first"
        if not pd.isna(value):
            what = f"is {str(value)!r}, no finite number; columns= says which columns to read"
        raise TaskError(f"column {column.name!r}, row {row + 1} (line {row + 2}) {what}")
    return values


def _has_numbers(column):
    return column.dtype.kind in "iuf"


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
