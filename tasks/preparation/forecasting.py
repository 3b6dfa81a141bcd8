"""Forecasts: the latest rows of a table in, the next rows in the table's own units out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError
from ..tables.reading import Reading, listed
from ..tables.saying import with_unit
from ..tables.table import AS_IT_STANDS, Table, read
from . import stepping
from .preparation import Predicts, Preparation, shaped
from .scale import Scale

FIXED = ("columns", "time", "series")  # options that belong to what the network has learned
FAR = 3  # times the range of the training rows from it
LET_THROUGH = 1.0  # any number: what is far off is judged by the rows that were trained on
Rows = str | PathLike | pd.DataFrame | Table


@dataclass(frozen=True)
class Forecasting(Preparation):
    """A window of the latest rows is standardised and read; the answer is the rows after it.

    columns, targets: the columns that are read, and those of them that are forecast.
    mean, spread: (D,), of the training rows.
    low, high: (D,), the range of the training rows.
    scales: {series: the same four of its own}; {} if all rows have one scale.
    bounds: two times (D,), to which values are clipped; () if they are not.
    window, horizon: rows read, and rows forecast.
    season: period in rows of the seasonal forecast; 0 for none.
    when: the columns that say when a row was; () if none does.
    rhythm: how rows follow one another, the fields of ``tables.rhythm.Rhythm``; None without
        times.
    units: {column: unit}.
    reading: the options with which the table was read.
    """

    kind = "forecast"
    reads = "the latest rows of a table, with a line of names; the answer is the next rows"

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    window: int
    horizon: int
    season: int = 0
    bounds: tuple[tuple[float, ...], ...] = ()
    when: tuple[str, ...] = ()
    rhythm: Mapping[str, Any] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    scales: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        table: Table,
        targets: Sequence[str],
        seen: Mapping[str, np.ndarray],
        reading: Reading = AS_IT_STANDS,
        **given: Any,
    ) -> "Forecasting":
        """The preparation of a task.

        Args:
            table: whose columns are read.
            targets: the columns to forecast.
            seen: {series: its training rows (T, D)}; under "" if all have one scale.
            reading: how the table was read.
            given: window, horizon, season, bounds.
        """
        whole = Scale.of(np.concatenate([*seen.values()]))
        scales = {name: Scale.of(rows).plain() for name, rows in seen.items() if name}
        held = asdict(reading) | {"dates": reading.dates or table.dates}
        return cls(
            tuple(table.names), tuple(targets), **whole.plain(), when=table.when,
            rhythm=stepping.rhythm_of(table), units=dict(table.units), reading=held,
            scales=scales, **given,
        )  # fmt: skip

    def answer(self, network, raw, **reading):
        """The next rows; see ``forecast``."""
        return self.forecast(network, raw, **reading)

    def forecast(self, network: Predicts, rows: Rows, **reading: Any) -> pd.DataFrame:
        """Forecast what comes after the latest rows.

        Args:
            network: anything that predicts (1, horizon * K) from x (1, window, D).
            rows: at least ``window`` rows: a file, a frame or a table. Their order of columns does
                not matter, and further columns are ignored.
            reading: options of reading that differ from those of the task's table, such as
                ``sort=True``.

        Returns:
            a row for each of the next ``horizon`` times, or for the steps from 1 where no column
            says when. Beside each target stand its last value and, with a season, the value of one
            season before: forecasts that need no network. A table of several series gets a
            forecast for each, with the series first in the index.

        Raises:
            TaskError: rows are too few, out of order or of another step, leave a gap, lack a
                column or a value.
        """
        table = rows if isinstance(rows, Table) else self.read(rows, **reading)
        if self.rhythm and table.times is None:
            raise TaskError(f"no column says when rows were; {' and '.join(self.when)} must")
        found = {name: self._ahead(network, table, p) for name, p in _latest(table).items()}
        if {*found} == {""}:
            return found[""]
        return pd.concat(found, names=["series"])

    def read(self, rows: str | PathLike | pd.DataFrame, **reading: Any) -> Table:
        """Read the latest rows as the task's table was read.

        Raises:
            TaskError: see ``forecast``.
        """
        how = self._how(reading)
        table = read(rows, how, self._usual)
        if how.fill in ("interpolate", "split"):
            _ends_complete(rows, how, self._usual)
        if not how.takes_all:
            self._refuse_far(table)
        return table

    def strangers(self, table: Table) -> list[str]:
        """Notes on columns that lie outside of the range that the network has learned from."""
        notes = []
        for piece, (d, name) in product(_latest(table).values(), enumerate(self.columns)):
            _, _, low, high = self.scale(piece.series)
            seen = self._last(table, piece)[:, d]
            outside = int(((seen < low[d]) | (seen > high[d])).sum())
            if 2 * outside > len(seen):
                of = f" of {piece.series}" if piece.series else ""
                notes.append(
                    f"{outside} of the last {len(seen)} values of {name}{of} lie outside of what "
                    f"the network was trained on, {low[d]:.6g} to {high[d]:.6g}"
                )
        return notes

    def answered(self) -> tuple[list[str], list[str]]:
        """The columns of a forecast, its index first: those of words or times, those of numbers."""
        words = ["series"] if self.series else []
        numbers = [] if self.rhythm else ["step"]
        for target in self.targets:
            numbers += [target, f"{target}, last value"]
            numbers += [f"{target}, {self.season} rows before"] if self.season else []
        return words + (["time"] if self.rhythm else []), numbers

    def _refuse_far(self, table):
        """Refuse a value so far off that it is in another unit, or marks a missing one."""
        for piece in _latest(table).values():
            _, _, low, high = self.scale(piece.series)
            room, rows = FAR * (high - low), self._last(table, piece)
            far = np.argwhere((rows < low - room) | (rows > high + room))
            if len(far):
                row, d = far[0]
                raise TaskError(
                    f"column {self.columns[d]!r}: {rows[row, d]:.10g} among the last rows lies far "
                    f"outside of {low[d]:.6g} to {high[d]:.6g}, which the network was trained on; "
                    'missing="none" takes it as it is'
                )

    def scale(self, series: str = "") -> Scale:
        """The scale of a series.

        Raises:
            TaskError: it was not in the table that the network was trained on.
        """
        if not self.scales:
            return Scale(*map(np.array, (self.mean, self.spread, self.low, self.high)))
        if series not in self.scales:
            raise unknown("series", series, self.scales, TaskError)
        return Scale(**{name: np.array(each) for name, each in self.scales[series].items()})

    def unit(self, column: str) -> str:
        """ "load (MW)", or the name alone where the table says no unit."""
        return with_unit(column, self.units.get(column, ""))

    @property
    def series(self) -> list[str]:
        """The columns that say which series a row is of."""
        names = self.reading.get("series")
        return listed(names) if names else []

    @property
    def _usual(self):
        return stepping.from_json(self.rhythm)

    def _how(self, reading):
        known = {each.name for each in fields(Reading)} - {*FIXED, "clip"}
        for option in reading:
            if option not in known:
                raise unknown("option of reading rows", option, known, TaskError)
        held = {name: value for name, value in self.reading.items() if name in known}
        return replace(
            Reading(**held | reading),
            columns=[*self.columns],
            time=[*self.when] or "none",
            series=self.series or None,
            clip=LET_THROUGH,
        )

    def _ahead(self, network, table, piece):
        """The forecast after a piece of a table."""
        rows = self._window(table, piece)
        mean, spread, *_ = self.scale(piece.series)
        scaled = (rows - mean) / spread
        x, places = scaled.astype(np.float32), [self.columns.index(t) for t in self.targets]
        last = x[-1, places].copy()
        x[:, places] -= last
        change = shaped(network.predict(x[None]), (1, self.horizon * len(places)))
        change = change.reshape(self.horizon, len(places))
        # The network has learned changes from the window's last row.
        values = rows[-1, places] + change * spread[places]
        index = pd.RangeIndex(1, self.horizon + 1, name="step")
        if usual := self._usual:
            index = usual.after(table.times[piece.stop - 1], self.horizon).rename("time")
        return self._beside(values, rows[:, places], index)

    def _beside(self, values, seen, index):
        """The forecast with those that need no network beside it."""
        found = {}
        for k, target in enumerate(self.targets):
            found[target] = values[:, k]
            found[f"{target}, last value"] = np.full(self.horizon, seen[-1, k])
            if self.season:
                again = np.resize(seen[-self.season :, k], self.horizon)
                found[f"{target}, {self.season} rows before"] = again
        return pd.DataFrame(found, index)

    def _last(self, table, piece):
        """The last rows of a piece, at most ``window``."""
        return self._values(table)[max(piece.start, piece.stop - self.window) : piece.stop]

    def _window(self, table, piece):
        """The last ``window`` rows of a piece.

        Raises:
            TaskError: there are fewer, or they do not follow each other step by step.
        """
        length, of = piece.stop - piece.start, f" of series {piece.series}" if piece.series else ""
        if length < self.window:
            pieces = [each for each in table.pieces if each.series == piece.series]
            held = sum(each.stop - each.start for each in pieces)
            gap = f", {length} of them after the last gap" if held > length else ""
            raise TaskError(
                f"{held} rows{of}{gap}: the network reads the last {self.window}, without a gap"
            )
        window = slice(piece.stop - self.window, piece.stop)
        if usual := self._usual:
            stepping.check(table.times[window], usual.step)
        return self._values(table)[window]

    def _values(self, table):
        """The columns in the order of the network, clipped as in training."""
        for name in self.columns:
            if name not in table.names:
                raise unknown("column", name, table.names, TaskError)
        values = table.values[:, [table.names.index(name) for name in self.columns]]
        return np.clip(values, *map(np.array, self.bounds)) if self.bounds else values


def _latest(table):
    """The last piece of each series."""
    return {piece.series: piece for piece in table.pieces}


def _ends_complete(rows, how, usual):
    """Raise TaskError if the last row misses a value: what it is filled with would be a guess."""
    complete, filled = (
        read(rows, replace(how, fill=fill), usual) for fill in ("split", "previous")
    )
    if len(complete.values) and len(filled.values) and not _same_end(complete, filled):
        raise TaskError("the last row is missing a value; fill it, or leave the row out")


def _same_end(a: Table, b: Table) -> bool:
    if a.times is not None and b.times is not None:
        return bool(a.times[-1] == b.times[-1])
    return np.array_equal(a.values[-1], b.values[-1])
