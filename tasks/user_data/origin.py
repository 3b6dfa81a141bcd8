"""What a table was read as, and where the splits lie: in words and as lines to draw."""

from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from ..framework.timeline import Timeline
from ..tables import Table
from ..tables.rhythm import rhythm
from ..tables.saying import moment, spoken
from .division import SPLITS, Part

NAMED = 6  # series that are named
DRAWN = 4  # lines


def described(table: Table, targets: Any, parts: list[Part]) -> dict[str, str]:
    """{"table": what was read as what, "splits": the rows and times of each split}."""
    said = [_columns(table, targets), _time(table), _series(table)]
    splits = [
        f"{sum(stop - start for start, stop in part.own):,} rows for {name}{_span(table, part.own)}"
        for name, part in zip(SPLITS, parts, strict=True)
    ]
    return {"table": "\n".join(filter(None, said)), "splits": "\n".join(splits)}


def timeline(table: Table, targets: Any, parts: list[Part]) -> Timeline:
    """The targets of a table of one series, the first target of each of several."""
    first = {name: table.values[:, table.names.index(name)] for name in targets}
    groups = _groups(table)
    if len(groups) > 1:
        name, values = next(iter(first.items()))
        first = {f"{name}, {series}": _only(values, pieces) for series, pieces in groups.items()}
    else:
        first = {name: _only(values, table.pieces) for name, values in first.items()}
    shown = dict([*first.items()][:DRAWN])
    left_out = f"{len(shown)} of {len(first)} are drawn" if len(shown) < len(first) else ""
    spans: dict[str, list[tuple[int, int]]] = dict(
        zip(SPLITS, (part.own for part in parts), strict=True)
    )
    breaks = [piece.start for piece in table.pieces]
    return Timeline(shown, table.times, spans, breaks, left_out)


def _columns(table, targets):
    named = [f"{n} ({table.units[n]})" if table.units.get(n) else n for n in table.names]
    asked = "to forecast" if len(targets) == len(named) else f"to forecast: {_some(targets)}"
    columns = f"{len(named)} column{'s' * (len(named) > 1)} read: {_some(named)}"
    return f"{len(table.values):,} rows; {columns}; {asked}"


def _time(table):
    if table.times is None:
        return "no column says when; rows are in order as they stand"
    pieces = [(piece.start, piece.stop) for piece in table.pieces]
    longest = max(pieces, key=lambda piece: piece[1] - piece[0])
    said = f"time in {_some(table.when)}: {_from_to(table, pieces)}"
    if longest[1] - longest[0] > 2:
        found = rhythm(table.times[slice(*longest)])
        months = f"{found.months} month{'s' * (found.months > 1)}"
        step = months if found.months else spoken(pd.Timedelta(found.step, "us"))
        said += f", a row every {step.removeprefix('1 ')}"
    return said


def _series(table):
    groups = _groups(table)
    if len(groups) > 1:
        return f"{len(groups)} series: {_some([*groups])}"
    return f"{len(table.pieces)} stretches without a gap" if len(table.pieces) > 1 else ""


def _groups(table):
    by_series = groupby(table.pieces, lambda piece: piece.series)
    return {name: list(pieces) for name, pieces in by_series}


def _only(values, pieces):
    """The values within the pieces, NaN elsewhere."""
    shown = np.full(len(values), np.nan)
    for piece in pieces:
        shown[piece.start : piece.stop] = values[piece.start : piece.stop]
    return shown


def _span(table, stretches):
    return "" if table.times is None or not stretches else f", {_from_to(table, stretches)}"


def _from_to(table, stretches):
    times = [time for a, b in stretches for time in (table.times[a], table.times[b - 1])]
    return f"{moment(min(times))} to {moment(max(times))}"


def _some(names):
    more = f", ... ({len(names)})" if len(names) > NAMED else ""
    return ", ".join(str(name) for name in [*names][:NAMED]) + more
