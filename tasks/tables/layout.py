"""The cells of a table, and the lines they stand in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd


class Cells(NamedTuple):
    """A table before its cells are read as numbers or times.

    Attributes:
        frame: cells of a file as stripped text, a column "" for an unnamed first one; columns of a
            pandas frame keep their types.
        lines: (T,) line of each row in the file, or number of the row in a frame; both from 1.
        where: what ``lines`` counts, "line" or "row".
        units: {column: unit} from a line of units below the names.
        notes: what was left out or read in a special way, a sentence each.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    where: str = "line"
    units: Mapping[str, str] = MappingProxyType({})
    notes: tuple[str, ...] = ()
