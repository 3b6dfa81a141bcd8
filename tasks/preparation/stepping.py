"""The time from one row to the next."""

from typing import Any

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from ..tables.rhythm import DAY, WEEK, Rhythm, rhythm, usual
from ..tables.saying import spoken
from ..tables.table import Table


def rhythm_of(table: Table) -> dict[str, Any] | None:
    """The rhythm of the longest series of a table, ready for JSON; None without times."""
    if table.times is None:
        return None
    spans = [[p for p in table.pieces if p.series == s] for s in {p.series for p in table.pieces}]
    longest = max(spans, key=lambda own: (own[-1].stop - own[0].start, own[0].series))
    found = rhythm(table.times[longest[0].start : longest[-1].stop])._asdict()
    return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in found.items()}


def step_of(table: Table) -> int:
    """Time from row to row, in microseconds; 0 without times, or where it is not always the same.

    Months have different lengths, and a table of working days passes over weekends.
    """
    usual = from_json(rhythm_of(table))
    if usual is None or usual.months:
        return 0
    bins = ((usual.clocks, DAY), (usual.hours, WEEK))
    passed = any(own is not None and len(own) < span // usual.step for own, span in bins)
    return 0 if passed else usual.step


def from_json(data: Any) -> Rhythm | None:
    """The rhythm that ``rhythm_of`` wrote."""
    if data is None:
        return None
    places = {k: None if data[k] is None else frozenset(data[k]) for k in ("clocks", "hours")}
    return Rhythm(data["step"], data["months"], **places)


def check(times: pd.DatetimeIndex, step: int) -> None:
    """Check that rows are as far apart as those that a network has learned from.

    Args:
        times: (T,) of consecutive rows.
        step: usual time between rows, in microseconds.

    Raises:
        TaskError: they are not.
    """
    if len(times) < 2:
        return
    own = usual(np.diff(times.as_unit("us").asi8))
    if not 0.5 * step < own < 1.5 * step:
        apart, learned = (spoken(pd.Timedelta(each, "us")) for each in (own, step))
        raise TaskError(
            f"rows are {apart} apart; the network has learned from rows {learned} apart"
        )
