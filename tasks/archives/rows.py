"""Read tables with a sequence per row and its label in one column, as the UCR archive has them."""

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from .cases import Cases

LABELS = ("label", "class", "target", "y")  # names of the column, if there are names
MISSING = ("", "?", "nan", "NaN", "NA")


def read_rows(path: Path, label: str | None = None, numbers: bool = False) -> Cases:
    """The cases of a table without dates: values of one channel, and the label.

    Args:
        path: cells between tabs, commas, semicolons or spaces; a line of names may stand above.
        label: the column of labels: its name, "first" or "last". None takes one that is called
            label, class, target or y; without names, the first.
        numbers: whether the targets are numbers to predict.

    Raises:
        TaskError: there is no such column, or a value is no number; the message gives the line.
    """
    text = path.read_text(encoding="utf-8-sig", errors="replace").strip("\n")
    cells = _cells(text, path.name)
    first = [*cells.iloc[0]]
    names = names_of(first)
    rows, notes = cells.iloc[1 if names else 0 :], ()
    at = _column(names, label, first)
    out = [at]
    if names and names[0] == "" and at != 0:  # as pandas writes its index
        out, notes = [0, at], ("the first column, which has no name, was left out",)
    values = rows.drop(columns=cells.columns[out])
    labels = [word.strip() for word in rows.iloc[:, at]]
    return _cases(values, labels, numbers, path.name)._replace(notes=notes)


def _cells(text, name):
    """All cells as words; a row that is shorter than the first ends early."""
    try:
        cells = pd.read_csv(
            StringIO(text), sep=separator(text), header=None, dtype=str, skipinitialspace=True,
            keep_default_na=False,
        )  # fmt: skip
    except ValueError as error:  # pandas' own errors are of this kind
        reason = " ".join(str(error).split()).removeprefix("Error tokenizing data. C error: ")
        raise TaskError(f"{name} is no table with a sequence per row: {reason}") from None
    return cells.fillna("")


def separator(text: str) -> str:
    """The separator of cells, from the first line."""
    first = text.partition("\n")[0]
    found = next((mark for mark in "\t;," if mark in first), None)
    return found or r"\s+"


def names_of(cells: list[str]) -> list[str]:
    """The names of columns if the first line holds names, [] if it is a sequence already."""
    words = [cell.strip() for cell in cells if not _is_number(cell)]
    if not words or (len(words) == 1 and words[0].lower() not in LABELS):
        return []  # one word among numbers is a label
    return [cell.strip() for cell in cells]


def _is_number(cell):
    try:
        float("nan" if cell.strip() in MISSING else cell)
    except ValueError:
        return False
    return True


def _column(names, label, first):
    """The place of the label's column."""
    if label in ("first", "last") and label not in names:
        return 0 if label == "first" else len(first) - 1
    if label is not None:
        if label not in names:
            raise unknown("column", label, names or ("first", "last"), TaskError)
        return names.index(label)
    found = [i for i, name in enumerate(names) if name.lower() in LABELS]
    if names and len(found) != 1:
        raise TaskError(
            f"which column holds the labels? Name it, as in label={names[0]!r}, or say "
            'label="first" or label="last"'
        )
    words = [i for i, cell in enumerate(first) if not _is_number(cell)]
    return found[0] if names else words[0] if words else 0


def _cases(values, labels, numbers, name):
    read = values.apply(pd.to_numeric, errors="coerce")
    bad = np.argwhere((read.isna() & ~values.isin(MISSING)).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise TaskError(
            f"{name}: line {values.index[row] + 1} holds {values.iloc[row, column]!r}, no number; "
            "label= says which column holds the labels"
        )
    sequences = [*read.to_numpy(np.float64)[..., None]]
    if "" in labels:
        raise TaskError(f"{name}: line {values.index[labels.index('')] + 1} has no label")
    if numbers:
        try:
            return Cases(sequences, np.array(labels, np.float64))
        except ValueError as error:
            raise TaskError(f"{name}: a target is no number: {error}") from None
    labels = [_plain(label) for label in labels]
    return Cases(sequences, np.array(labels), (*sorted({*labels}, key=_order),))


def _plain(label):
    """1 of 1.0000000e+00, as old files of the archive write it."""
    return str(int(float(label))) if _is_number(label) and float(label).is_integer() else label


def _order(label):
    return (0, float(label), "") if _is_number(label) else (1, 0, label)
