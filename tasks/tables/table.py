"""A table that was read: columns of numbers in time order."""

from dataclasses import dataclass, field
from os import PathLike

import numpy as np
import pandas as pd

from .pieces import Piece
from .reading import Reading
from .rhythm import Rhythm
from .today import numbers

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
        when: the columns that said when a row was; () if none did.
        notes: everything that was left out, filled, sorted, split or converted, a sentence each.
    """

    names: tuple[str, ...]
    values: np.ndarray
    times: pd.DatetimeIndex | None
    pieces: tuple[Piece, ...]
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """The values by time, or by number of the row."""
        return pd.DataFrame(self.values, self.times, list(self.names))


def read(
    source: str | PathLike | pd.DataFrame,
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
    names, values = numbers(source, how.columns, how.separator, how.decimal or ".")
    return Table(names, values, None, (Piece("", 0, len(values)),))
