"""A table that was read: columns of numbers in time order."""

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .binary import BINARY, frame_of
from .choosing import chosen, left_out_notes, units_in_names
from .frames import cells_of_frame
from .layout import Cells, cells_of_text
from .missing import filled, refuse_missing
from .outliers import refuse_outliers
from .pieces import Piece
from .reading import Reading, words
from .rhythm import Rhythm
from .telling import series_hint
from .text import existing, text_of
from .timing import in_order, order_of_dates, series_of, when
from .values import numbers

AS_IT_STANDS = Reading()


@dataclass(frozen=True)
class Table:
    """Columns of numbers in time order.

    Attributes:
        names: of the columns.
        values: (T, D), float64, all finite; in time order within each series.
        times: (T,), when each row was; None if no column says so.
        pieces: stretches that no window may cross; one for a plain table.
        units: {column: unit}, as far as the table says them.
        notes: everything that was left out, filled, sorted, split or converted, a sentence each.
        when: the columns that said when a row was; () if none did.
        dates: the order of numbers in its dates, "day first" or another, if it made a difference.
    """

    names: tuple[str, ...]
    values: np.ndarray
    times: pd.DatetimeIndex | None
    pieces: tuple[Piece, ...]
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    dates: str | None = None

    def frame(self) -> pd.DataFrame:
        """The values by time, or by number of the row."""
        return pd.DataFrame(self.values, self.times, list(self.names))


def read(
    source: str | PathLike | pd.DataFrame | pd.Series,
    how: Reading = AS_IT_STANDS,
    usual: Rhythm | None = None,
) -> Table:
    """Read a table.

    Args:
        source: a file, or a frame.
        how: options.
        usual: rhythm of the table that these rows continue; None for their own.

    Returns:
        the table.

    Raises:
        TaskError: it cannot be read in one way only; the message names the first such row and the
            option that says what to do.
    """
    if isinstance(source, pd.DataFrame | pd.Series):
        return table_of(cells_of_frame(source, words(how.drop)), how, usual)
    try:
        return table_of(cells_of_file(existing(source), how), how, usual)
    except TaskError as error:
        said = str(error).removeprefix(f"{source} ")
        raise TaskError(f"{source}{': ' if said == str(error) else ' '}{said}") from None


def cells_of_file(path: Path, how: Reading) -> Cells:
    """The cells of a file: a text, or a frame in one of the binary forms that pandas reads."""
    suffix = path.suffix.lower()
    if suffix in BINARY:
        return cells_of_frame(frame_of(path), words(how.drop))
    text = text_of(path, how.encoding)
    return cells_of_text(text, how, "\t" if suffix == ".tsv" else ",")


def table_of(cells: Cells, how: Reading, usual: Rhythm | None = None) -> Table:
    """A table from its cells: columns chosen, cells read, rows put in order, holes filled.

    Raises:
        TaskError: see ``read``.
    """
    whens, times = when(cells, how)
    names, left = chosen(cells, whens, how)
    hint = "" if times is None or how.series else series_hint(cells.frame, times, whens)
    read = numbers(cells, names, how, hint)
    refuse_missing(read.values, names, cells, how.fill)
    if not how.takes_all:
        refuse_outliers(read.values, names, cells, how, series_of(cells, how))
    rows = in_order(cells, read.values, whens, times, how, usual)
    full = filled(rows.values, rows.times, rows.pieces, how.fill)
    notes = (*cells.notes, *left_out_notes(left), *read.notes, *rows.notes, *full.notes)
    units = units_in_names(names) | read.units | dict(cells.units)
    dates = None if times is None else how.dates or order_of_dates(cells, whens, times, how.zone)
    return Table(tuple(names), full.values, full.times, full.pieces, units, notes, whens, dates)
