"""Tasks out of files that somebody has: a table, a text, arrays."""

import inspect
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from ..framework.task import Task
from .arrays import from_arrays
from .own_arrays import arrays_of
from .own_files import existing, name_of, text_of
from .prose import Prose
from .series import Series
from .table import listed, numbers


def from_csv(
    path: str | PathLike,
    columns: str | Sequence[str] | None = None,
    targets: str | Sequence[str] | None = None,
    window: int = Series.window,
    horizon: int = Series.horizon,
    season: int | None = None,
    stride: int = Series.stride,
    separator: str | None = None,
    decimal: str = ".",
    name: str | None = None,
    **options: Any,
) -> Series:
    """A task of a time series of one's own, in the rows of a CSV file, oldest first.

    Args:
        path: a table in UTF-8 whose first line names the columns.
        columns: those to read, one name or several; None for all but dates and a nameless first
            one. A column that holds anything but finite numbers is refused, not skipped; a date
            has a year of four digits, or is a time such as 12:30.
        targets: those of them to forecast; None for all that are read.
        window, horizon: rows to read, rows ahead to forecast.
        season: rows after which things repeat, for one more baseline.
        stride: rows from one window to the next.
        separator: one character, or a word for it: comma, semicolon, tab. None for a comma, a tab
            in a .tsv file, a semicolon where decimals have a comma.
        decimal: "." or ",", or the word comma.
        name: of the task; None for the file's.
        options: epochs, patience, min_updates and search, as every task has them.

    Returns:
        a regression task, its rows split into 60/20/20 in their order; see ``Series``.

    Raises:
        TaskError: in one line, for all that is wrong with the file, its columns or the options.
    """
    names, rows = numbers(path, columns, separator, decimal)
    wanted = names if targets is None else listed(targets)
    for target in wanted:
        if target not in names:
            raise unknown("target", target, names, TaskError)
    options |= {"window": window, "horizon": horizon, "stride": stride, "season": season or 0}
    try:
        return Series(rows, names, wanted, name=name or name_of(Path(path)), **options)
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None


def from_text(
    path: str | PathLike, length: int = Prose.length, name: str | None = None, **options: Any
) -> Prose:
    """A task of a text of one's own: its next character.

    Args:
        path: a file of UTF-8.
        length: characters to an update.
        name: of the task; None for the file's.
        options: epochs, patience, min_updates and search, as every task has them.

    Returns:
        a labelling task, the text split into 80/10/10 in its order; see ``Prose``.

    Raises:
        TaskError: in one line, for all that is wrong with the file or the options.
    """
    file = existing(path)
    text = text_of(file)
    try:
        return Prose(text, name=name or name_of(file), length=length, **options)
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None


def from_npz(
    path: str | PathLike,
    kind: str | None = None,
    name: str | None = None,
    standardise: bool = False,
    **options: Any,
) -> Task:
    """A task of one's own, from a file that ``numpy.savez(path, x=x, y=y)`` has written.

    Args:
        path: an .npz of x and y, and if need be of lengths and kind (a string), all as
            ``from_arrays`` takes them. Nothing is unpickled.
        kind: wins over the file's; "classification" if there is none in either.
        name: of the task; None for the file's.
        standardise: x is put on the scale of the training split; else it is read as it is.
        options: epochs, patience, min_updates and search, as every task has them.

    Raises:
        TaskError: in one line, for all that is wrong with the file, its arrays or the options.
    """
    file = existing(path)
    try:
        arrays = arrays_of(file)
        held = str(arrays.pop("kind", "classification"))
        options |= {"name": name or name_of(file), "standardise": standardise}
        return from_arrays(**arrays, kind=kind or held, **options)
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None


READERS: dict[str, Callable[..., Task]] = {
    ".csv": from_csv,
    ".tsv": from_csv,
    ".txt": from_text,
    ".npz": from_npz,
}


def from_file(path: str | PathLike, /, **options: Any) -> Task:
    """A task of one's own: ``from_csv`` of a .csv or .tsv, ``from_text`` of a .txt, ``from_npz``.

    Options are those of the one that reads the file. Raises TaskError.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in READERS:
        raise TaskError(f"{path}: a task is made of a file that ends with {', '.join(READERS)}")
    reader = READERS[suffix]
    known = {name for name in inspect.signature(reader).parameters if name != "options"} - {"path"}
    known |= {*Task.defaults()}
    for option in options:
        if option not in known:
            raise unknown(f"option of {path}", option, known, TaskError)
    return reader(path, **options)
