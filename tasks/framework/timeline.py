"""Where the splits of a task lie along the rows of its table."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class Timeline(NamedTuple):
    """A table's rows and its splits.

    Attributes:
        lines: {name: values (T,) in the table's units, NaN in rows of other series}.
        times: (T,), a ``pandas.DatetimeIndex``; None if rows have no times.
        parts: {split: stretches (start, stop) of rows}.
        breaks: rows before which a line is broken.
        left_out: what the lines do not show, such as "2 of 5 columns"; "" if they show all.
    """

    lines: dict[str, np.ndarray]
    times: Any
    parts: dict[str, list[tuple[int, int]]]
    breaks: Sequence[int] = ()
    left_out: str = ""
