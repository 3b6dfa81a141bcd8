"""Which column tells several series of a table apart."""

from itertools import combinations

import numpy as np
import pandas as pd

from .columns import as_numbers, is_empty, is_text

MOST = 0.25  # most series of a table, as a share of its rows
CROSSED = 0.5  # least share of times at which a series has a row, if its times repeat


def series_hint(frame: pd.DataFrame, times: pd.DatetimeIndex, when: tuple[str, ...]) -> str:
    """Advice to name the column, or columns, that may say which series a row belongs to.

    Args:
        frame: the cells.
        times: (T,) of the rows.
        when: the columns that say them.

    Returns:
        such as ``if "sensor" tells series apart, series="sensor"``; "" if rows are in order, or no
        column tells them apart.
    """
    stamps = times.as_unit("us").asi8
    if (np.diff(stamps) > 0).all():
        return ""
    codes = {name: code for name, code in _labels(frame, when)}
    for count in (1, 2):
        for names in combinations(codes, count):
            if _in_order(stamps, [codes[name] for name in names]):
                return _advice(names)
    crossed = [name for name, code in codes.items() if _crosses(stamps, code)]
    return _advice(crossed[:1]) if crossed else ""


def _advice(names):
    said = " and ".join(map(repr, names))
    typed = f'"{names[0]}"' if len(names) == 1 else str(list(names)).replace("'", '"')
    return f"if {said} say{'s' * (len(names) == 1)} which series a row is of, series={typed}"


def _labels(frame, when):
    """(name, (T,) number of the label) of columns with a few labels."""
    for name in frame:
        column = frame[name]
        if name in when or is_empty(column).any():
            continue
        numbers = as_numbers(column)
        whole = numbers is not None and bool((numbers == numbers.round()).all())
        if whole or (numbers is None and is_text(column)) or column.dtype.kind in "bO":
            codes, labels = pd.factorize(column.astype(str))
            if 2 <= len(labels) <= max(MOST * len(column), 2):
                yield name, codes


def _in_order(stamps, codes):
    """Whether times rise within each series."""
    rows = np.lexsort((np.arange(len(stamps)), *codes))
    same = np.all([np.diff(code[rows]) == 0 for code in codes], axis=0)
    return bool((np.diff(stamps[rows])[same] > 0).all())


def _crosses(stamps, codes):
    """Whether most series have a row at most times, and times repeat."""
    times = pd.factorize(stamps)[0]
    pairs = len(np.unique(np.stack([times, codes], 1), axis=0))
    every = (times.max() + 1) * (codes.max() + 1)
    return times.max() + 1 < len(stamps) and pairs >= CROSSED * every
