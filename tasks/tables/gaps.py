"""Rows that are missing from the rhythm of a table."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from .pieces import pieces
from .rhythm import MOST, Rhythm, rhythm
from .saying import CLOCKS, Given, night_of_clocks, spoken

HOUR = pd.Timedelta("1h")
RESTS = (
    "{} times the next row comes after hours or days of the week that the table never has (nights, "
    "weekends); it is taken as the next step"
)
GAPS = ("interpolate", "split", "keep")


class Rows(NamedTuple):
    """Rows in time order within each series: values (T, D), times, and each row's series (T,)."""

    values: np.ndarray
    times: pd.DatetimeIndex
    codes: np.ndarray


def without_gaps(
    rows: Rows,
    given: Given,
    lies: np.ndarray,
    names: list[str],
    gaps: str | None,
    usual: Rhythm | None = None,
):
    """Fill the gaps, end pieces at them or keep them.

    Args:
        given: the rows as they stand in the file; ``lies`` (T,) says where each of ``rows`` does.
        names: of the series.
        gaps: one of ``GAPS``; None refuses the first gap.
        usual: rhythm of the table that the rows continue; None for their own.

    Returns:
        rows, pieces, and notes on the gaps and on the times at which the table never has rows.
    """
    cuts, made, rests = [], [], 0
    for cut, missing, own in _late(rows, names, usual):
        if not len(missing):
            rests += 1
            continue
        if gaps is None:
            _refuse(given, int(lies[cut - 1]), int(lies[cut]), own)
        cuts.append(cut)
        made.append(missing)
    notes = (RESTS.format(rests),) if rests else ()
    if not cuts:
        return rows, pieces(rows.codes, names), *notes
    said = f"{len(cuts)} {'gap' if len(cuts) == 1 else 'gaps'} in time"
    if gaps == "split":
        note = f"{said}: no window crosses one"
        return rows, pieces(rows.codes, names, cuts), *notes, note
    if gaps == "keep":
        note = f"{said}: the row after a gap is taken as the next step"
        return rows, pieces(rows.codes, names), *notes, note
    rows = _filled(rows, cuts, made)
    note = f"{said}: {sum(map(len, made))} rows were made, linear between those around them"
    return rows, pieces(rows.codes, names), *notes, note


def _late(rows, names, usual):
    """(index of a row that comes late, times that are missing before it, the rhythm)."""
    for piece in pieces(rows.codes, names):
        times = rows.times[piece.start : piece.stop]
        if len(times) < 3 and usual is None:
            continue
        own = usual or rhythm(times)
        for at in own.suspects(times):
            yield piece.start + int(at), own.between(times[at - 1], times[at]), own


def _refuse(given, before, row, usual: Rhythm):
    apart = given.times[row] - given.times[before]
    step = pd.Timedelta(usual.step, "us")
    clocks = (
        f"{CLOCKS}; otherwise "
        if night_of_clocks(given.times[row]) and step + HOUR == apart
        else ""
    )
    raise TaskError(
        f"{given.row(row)} comes {spoken(apart)} after row {before + 1}, where rows are "
        f"{spoken(step)} apart; {clocks}"
        'gaps="interpolate" makes the rows between, gaps="split" lets no window cross, or '
        'gaps="keep" takes it as the next step (as for trading days)'
    )


def _filled(rows: Rows, cuts, made) -> Rows:
    """Rows with those that are missing, linear in time."""
    counts = [len(missing) for missing in made]
    if max(counts) >= MOST or sum(counts) > 10 * len(rows.times):
        raise TaskError(
            f'gaps="interpolate" would make {sum(counts)} rows beside {len(rows.times)}; '
            'gaps="split" lets no window cross a gap'
        )
    values = [_between(rows, *each) for each in zip(cuts, made, strict=True)]
    places = np.repeat(cuts, counts)
    stamps = np.concatenate([missing.as_unit("us").asi8 for missing in made])
    times = np.insert(rows.times.as_unit("us").asi8, places, stamps)
    return Rows(
        np.insert(rows.values, places, np.concatenate(values), axis=0),
        pd.DatetimeIndex(times.astype("datetime64[us]")),
        np.insert(rows.codes, places, rows.codes[places]),
    )


def _between(rows, cut, missing):
    """Values at times between a row and the one before it."""
    before, after = rows.times[cut - 1], rows.times[cut]
    share = np.asarray((missing - before) / (after - before))[:, None]
    return (1 - share) * rows.values[cut - 1] + share * rows.values[cut]
