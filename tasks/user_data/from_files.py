"""Tasks made from the user's own files: a table, a text, arrays."""

import inspect
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from ..framework.task import Task
from ..tables import Reading, read
from ..tables.binary import BINARY
from ..tables.reading import named
from ..tables.text import existing, text_of
from .archived import from_arff, from_rows, from_ts
from .arrays import from_arrays
from .forms import form_of
from .own_arrays import arrays_of
from .own_files import name_of
from .prose import Prose
from .series import Series


def from_csv(
    path: str | PathLike,
    columns: str | Sequence[str] | None = None,
    targets: str | Sequence[str] | None = None,
    window: int = Series.window,
    horizon: int = Series.horizon,
    season: int | None = None,
    stride: int = Series.stride,
    split: str = Series.split,
    sizes: Sequence[int] = Series.sizes,
    history: str = Series.history,
    separator: str | None = None,
    decimal: str | None = None,
    name: str | None = None,
    time: str | Sequence[str] | None = None,
    dates: str | None = None,
    zone: str | None = None,
    sort: bool = False,
    duplicates: str | None = None,
    gaps: str | None = None,
    series: str | Sequence[str] | None = None,
    missing: str | float | Sequence | None = None,
    fill: str | None = None,
    clip: float | None = None,
    drop: str | Sequence[str] | None = None,
    skip: int = 0,
    encoding: str | None = None,
    thousands: str | None = None,
    **options: Any,
) -> Series:
    """Make a task from your own time series, the rows of a CSV file.

    A table that can be read in one way only is read so; of any other, the first row that may be
    read in two ways is refused, with the option that says which. What was left out, filled in or
    converted stands in the task's ``notes``. docs/own-data.md shows tables of many kinds.

    Args:
        path: a table with a line that names the columns, which may have titles above and units
            below it; or a .parquet or .feather file. ``from_frame`` takes a pandas frame.
        columns: the columns to read, one name or several; None for all but those of times, the
            one of ``series`` and an unnamed first one. A column with anything but numbers is
            refused, not skipped.
        targets: the columns to forecast, from among those read; None for all of them.
        window: number of rows to read.
        horizon: number of rows ahead to forecast.
        season: period in rows; adds a seasonal baseline.
        stride: rows from one window to the next.
        split: "time" divides each series by time; "series" gives whole series to a split.
        sizes: numbers of rows (or of series) for training, validation and test, such as
            8640,2880,2880; () for 60, 20 and 20 in a hundred.
        history: "within": no window reaches into another split. "before": windows of validation
            and test may begin in the rows before their split.
        separator: a single character, or one of the words comma, semicolon, tab, space; None finds
            it.
        decimal: the decimal mark, "." or ",", or the word comma; None finds it.
        name: name of the task; None for that of the file.
        time: the column, or columns, that say when a row was; None finds them; "none": rows stand
            in order.
        dates: "day first", "month first" or "year first" for dates such as 01/02/2023; a format of
            strptime; or "spreadsheet" for days since 30 December 1899.
        zone: of the clocks that wrote times without a zone, such as "Europe/Berlin".
        sort: put rows into time order; otherwise a row that does not come after the one before is
            refused.
        duplicates: "mean", "first" or "last" of the rows that have one time; otherwise refused.
        gaps: where rows are missing, "split": no window crosses; "interpolate": they are made,
            linear in time; "keep": the next row follows. Otherwise refused.
        series: the column, or columns, that say which series a row belongs to.
        missing: marks of a missing value beside the usual ones (nothing, NA, NaN, null, ?, -), such
            as -999; "none": a number that looks like a mark is a value.
        fill: "interpolate", linear in time, or "previous" fills in missing values; "split" leaves
            such rows out, and no window crosses. Otherwise refused.
        clip: values farther from the median of the training rows than so many of their
            interquartile ranges are set to that bound.
        drop: rows with a cell that begins with this text are left out; a text or several.
        skip: number of lines at the top that are left out.
        encoding: of the file; None for UTF-8, or UTF-16 where that shows.
        thousands: the mark between thousands, such as "." or the word comma; None finds it.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        a regression task whose rows are split in order; see ``Series``.

    Raises:
        TaskError: the file, its columns or the options cannot be used, or it can be read in two
            ways.
    """
    reading = Reading(
        columns=columns, time=time, dates=dates, zone=zone, sort=sort, duplicates=duplicates,
        gaps=gaps, series=series, missing=missing, fill=fill, clip=clip, drop=drop, skip=skip,
        encoding=encoding, thousands=thousands, decimal=decimal, separator=separator,
    )  # fmt: skip
    table = read(path, reading)
    try:
        wanted = table.names if targets is None else named(targets, table.names, "target")
        options |= {"window": window, "horizon": horizon, "stride": stride, "season": season or 0}
        options |= {"split": split, "sizes": sizes, "history": history}
        options |= {"name": name or name_of(Path(path)), "clip": clip}
        options |= {"table": table, "reading": reading}
        return Series(table.values, table.names, wanted, **options)
    except TaskError as error:
        if not isinstance(path, str | PathLike):
            raise
        raise TaskError(f"{path}: {error}") from None


def from_text(
    path: str | PathLike,
    length: int = Prose.length,
    encoding: str | None = None,
    name: str | None = None,
    **options: Any,
) -> Prose:
    """Make a task from your own text: predict the next character.

    Args:
        path: a text file.
        length: characters per update.
        encoding: of the file; None for UTF-8, or UTF-16 where that shows.
        name: name of the task; None for that of the file.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        a labelling task whose text is split 80/10/10 in order; see ``Prose``.

    Raises:
        TaskError: the file or the options cannot be used.
    """
    file = existing(path)
    text = text_of(file, encoding)
    try:
        return Prose(text, name=name or name_of(file), length=length, **options)
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None


def from_npz(
    path: str | PathLike,
    kind: str | None = None,
    name: str | None = None,
    standardise: bool = False,
    lengths: Any = None,
    order: str | None = None,
    missing: Any = None,
    fill: str | None = None,
    **options: Any,
) -> Task:
    """Make a task from your own .npz file, as written by ``numpy.savez(path, x=x, y=y)``.

    Args:
        path: an .npz file with x and y and, optionally, lengths, kind (a string) and labels (names
            of the classes 0, 1, ...), all as for ``from_arrays``. Nothing is unpickled.
        kind: overrides the kind in the file; "classification" if neither is given.
        name: name of the task; None for that of the file.
        standardise: standardise x with the statistics of the training split; otherwise x is used
            as it is.
        lengths, order, missing, fill: as for ``from_arrays``; lengths override those in the file.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        the task; see ``from_arrays``.

    Raises:
        TaskError: the file, its arrays or the options cannot be used.
    """
    file = existing(path)
    try:
        arrays = arrays_of(file)
        held = str(arrays.pop("kind", "classification"))
        arrays |= {} if lengths is None else {"lengths": lengths}
        options |= {"name": name or name_of(file), "standardise": standardise}
        how = {"order": order, "missing": missing, "fill": fill}
        return from_arrays(**arrays, kind=kind or held, **how, **options)
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None


#: {form of a text: what reads it}.
READ_FORM: dict[str, Callable[..., Task]] = {
    "table": from_csv,
    "text": from_text,
    "sequences": from_rows,
}
TEXTS = (".csv", ".tsv", ".txt")  # whose form is looked at
READERS: dict[str, Callable[..., Task]] = {
    **dict.fromkeys(TEXTS, from_csv),
    ".npz": from_npz,
    ".ts": from_ts,
    ".arff": from_arff,
    **dict.fromkeys(BINARY, from_csv),
}


def from_file(path: str | PathLike, /, **options: Any) -> Task:
    """Make a task from your own file, by its suffix and, if it is a text, by what it holds.

    Args:
        path: a .csv, .tsv or .txt (``from_csv`` for a table, ``from_text`` for prose,
            ``from_rows`` for a sequence per row), a .parquet or .feather (``from_csv``), an .npz
            (``from_npz``), or a .ts or .arff of a time-series archive (``from_ts``, ``from_arff``).
        options: those of the function that reads the file; for a text also ``form``: "table",
            "text" or "sequences". Without it a .txt is looked at.

    Returns:
        the task.

    Raises:
        TaskError: the suffix is none of these, or the file or an option cannot be used.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in READERS:
        raise TaskError(f"{path}: a task is made of a file that ends with {', '.join(READERS)}")
    if suffix in TEXTS:
        return _from_text_file(path, options.pop("form", None), options)
    return _read(READERS[suffix], path, options)


def _from_text_file(path, given, options):
    """A task from a text of any form."""
    every = {option for reader in READ_FORM.values() for option in known_options(reader)}
    _refuse_unknown(path, options, {*every, "form"})
    file = existing(path)
    forms = READ_FORM if file.suffix.lower() == ".txt" else ("table", "sequences")
    taking = [form for form in forms if {*options} <= known_options(READ_FORM[form])]
    text = text_of(file, options.get("encoding"))
    try:
        form = form_of(file, text, given, taking)
    except TaskError as error:
        raise TaskError(f"{path} {error}") from None
    task = _read(READ_FORM[form], path, options)
    if form == "table" and given is None and file.suffix.lower() == ".txt":
        note = f'{file.name} is read as a table; form="text" reads its characters'
        task.notes = (note, *task.notes)
    return task


def _read(reader, path, options):
    _refuse_unknown(path, options, known_options(reader))
    return reader(path, **options)


def known_options(reader: Callable[..., Task]) -> set[str]:
    """The options that a reader takes, by name."""
    named = {*inspect.signature(reader).parameters} - {"options", "path"}
    return named | {*Task.defaults()}


def _refuse_unknown(path, options, known):
    for option in options:
        if option not in known:
            raise unknown(f"option of {path}", option, known, TaskError)
