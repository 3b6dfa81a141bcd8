"""Forecasting on the user's own time series, read from a CSV file."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..framework.batches import Batch, Dataset, Splits
from ..framework.errors import TaskError
from ..framework.panels import Forecast
from ..framework.task import Task
from ..preparation.forecasting import Forecasting, Rows
from ..preparation.preparation import Predicts
from ..preparation.stepping import step_of
from ..shared.backtest import Backtest, starts
from ..shared.horizons import BOOSTED, boosting, linear, seasonal
from ..shared.units import in_units
from ..shared.windowed import changes, joined
from ..tables import Piece, Reading, Table
from ..tables.outliers import bounds
from ..tables.saying import counted
from ..tables.table import AS_IT_STANDS
from . import origin
from .division import SPLITS, Part, by_series, by_time, checked_sizes
from .own_files import ROOM
from .scales import by_row, training_rows


class Series(Task):
    """The next rows of a table, from a window of rows before them.

    A window starts every ``stride`` rows. x is (N, window, D) for the D columns read, y is
    (N, horizon * K), row by row, for the K columns to forecast. All values are standardised with
    the mean and standard deviation of the training rows, each series with its own. Then the last
    value of the window is subtracted from the window and targets of each column to forecast: the
    network forecasts a change, and 0 stands for the last value.

    The first 60% of the rows are for training, the next 20% for validation, the last 20% for the
    test, or as many as ``sizes`` says. Of several series, each is divided so; with
    ``split="series"``, the first 60% of the series, by name, are for training, and so on, and all
    have one scale. No
    window leaves its series, crosses a gap in time or reaches into another split; only with
    ``history="before"``, windows of validation and test may begin in the rows before their split,
    their targets may not. Nothing depends on the study's rng. The score is the squared error over
    all rows ahead and columns, in units of the variance. ``clip`` sets values that lie farther from
    the median of the training rows than so many of their interquartile ranges to that bound, in
    all splits.

    Baselines: the last value; the last ``season`` rows repeated, if a season is given; a linear
    map from a column's window to its horizon; up to 48 rows ahead, boosted trees that forecast the
    next row and then go on from their own forecasts. All columns share one map and one set of
    trees.
    """

    kind = "regression"
    metric = "mse"

    window = 48
    horizon = 12
    season = 0  # none
    stride = 1
    split = "time"
    sizes = ()
    history = "within"
    clip: float | None = None
    at_least: ClassVar = {"season": 0}
    choices: ClassVar = {"split": ("time", "series"), "history": ("within", "before")}

    def __init__(
        self,
        rows: np.ndarray,
        columns: Sequence[str],
        targets: Sequence[str],
        table: Table | None = None,
        reading: Reading = AS_IT_STANDS,
        **options,
    ):
        options["sizes"] = checked_sizes(options.get("sizes", ()))
        super().__init__(**options)
        self.rows, self.columns, self.targets = rows, tuple(columns), tuple(targets)
        self.table = table or Table(self.columns, rows, None, (Piece("", 0, len(rows)),))
        self.reading, self.pieces, self.notes = reading, self.table.pieces, self.table.notes
        self.bounds = () if self.clip is None else self._clipped()
        self.places = [self.columns.index(target) for target in self.targets]
        self.inputs, self.ahead = len(self.columns), self.horizon
        self.outputs = self.horizon * len(self.targets)
        if self.season > self.window:
            raise TaskError(f"season is {self.season}: at most the window, {self.window} rows")
        self._fits()

    def splits(self, rng):
        mean, spread = by_row(self.seen(), self.pieces)
        scaled = (self.rows - mean) / spread
        if not self.sizes:
            # Rounded before the last value is subtracted, as results on record were; with sizes,
            # after it, as for ETTh1.
            scaled = scaled.astype(np.float32)
        train, valid, test = (
            joined([self.windows(scaled[start:stop]) for start, stop in part.read])
            for part in self.parts()
        )
        return Splits(Dataset(train), valid, test)

    def parts(self) -> list[Part]:
        """The rows for training, validation and test."""
        if self.split == "series":
            return by_series(self.pieces, self.sizes)
        before = self.window if self.history == "before" else 0
        return by_time(self.pieces, self.sizes, before)

    def seen(self) -> dict[str, np.ndarray]:
        """{series: its training rows (T, D)}, whose mean and standard deviation are its scale.

        All are under "" if there is one series, or if other series than those of training are to
        be forecast.
        """
        apart = self.split == "time" and len({piece.series for piece in self.pieces}) > 1
        return training_rows(self.rows, self.pieces, self.parts()[0], apart)

    def preparation(self, rng=None):
        bounds = tuple(tuple(each.tolist()) for each in self.bounds)
        return Forecasting.of(
            self.table, self.targets, self.seen(), self.reading,
            window=self.window, horizon=self.horizon, season=self.season, bounds=bounds,
        )  # fmt: skip

    def forecast(self, network: Predicts, rows: Rows, **reading: Any) -> pd.DataFrame:
        """The rows after the latest ones, in the table's units; see ``Forecasting.forecast``.

        Args:
            network: a trained network, anything with ``predict``.
            rows: at least ``window`` latest rows: a file, a frame or a table.
            reading: options of reading that differ from those of the task's table.
        """
        return self.preparation().forecast(network, rows, **reading)

    def backtest(self, splits):
        times, guesses = self.table.times, self._guesses(splits)
        found = self._tested()
        return Backtest(
            self.targets, self.rows[:, self.places], self._spread(found), found, self.horizon,
            guesses, [name for name in guesses if name in ("last value", self._before)],
            self.table.units, None if times is None else times.to_numpy(), step_of(self.table),
            self._series_of(found),
        )  # fmt: skip

    def further_scores(self, outputs, batch):
        return in_units(outputs - batch.y, self.targets, self._spread(self._tested()))

    def further_baselines(self, splits):
        guesses = self._guesses(splits)
        return {name: self.further_scores(each, splits.test) for name, each in guesses.items()}

    def baselines(self, splits):
        return self.scores(self._guesses(splits), splits.test)

    def _guesses(self, splits):
        """{baseline: its forecasts on the test split}."""
        assert isinstance(splits.train, Dataset)
        train, test = (
            batch._replace(x=batch.x[..., self.places])
            for batch in (splits.train.batch, splits.test)
        )
        guesses = {
            "last value": np.zeros_like(test.y),
            "linear": linear(train, test),
        }
        if self.horizon <= BOOSTED:
            guesses["boosting"] = boosting(train, test)
        if self.season:
            guesses[self._before] = seasonal(test, self.season)
        return guesses

    @property
    def _before(self):
        return f"{self.season} rows before"

    def _tested(self):
        """(N,), the first row ahead of each window of the test split."""
        return starts(self.parts()[2].read, self.window, self.horizon, self.stride)

    def _spread(self, rows):
        """What the targets of some rows were divided by: (K,), or (N, K) if series differ."""
        _, spread = by_row(self.seen(), self.pieces)
        return (spread if spread.ndim == 1 else spread[rows])[..., self.places]

    def _series_of(self, rows):
        """The series of each row; None if the table has one series."""
        if not any(piece.series for piece in self.pieces):
            return None
        edges = [piece.start for piece in self.pieces]
        names = np.array([piece.series for piece in self.pieces])
        return names[np.searchsorted(edges, rows, "right") - 1]

    def windows(self, rows: np.ndarray) -> Batch:
        """All windows of rows (T, D) that follow one another, each with the rows after it."""
        return changes(rows, self.window, self.horizon, self.stride, self.places)

    def origin(self):
        return origin.described(self.table, self.targets, self.parts())

    def timeline(self):
        return origin.timeline(self.table, self.targets, self.parts())

    def legend(self):
        return self.columns, ()

    def panels(self, batch):
        ahead = dict(zip(self.places, batch.y[0].reshape(self.horizon, -1).T, strict=True))
        series = enumerate(zip(self.columns, batch.x[0].T, strict=True))
        return [Forecast(name, seen, ahead.get(d, seen[:0])) for d, (name, seen) in series]

    def sketch(self, batch):
        wide = max(map(len, self.columns))
        lines = []
        for d, column in enumerate(self.columns):
            row = " ".join(f"{value:6.2f}" for value in batch.x[0, -8:, d])
            ahead = ""
            if d in self.places:
                values = batch.y[0].reshape(self.horizon, -1)[:4, self.places.index(d)]
                ahead = "   y " + " ".join(f"{value:6.2f}" for value in values)
                ahead += " ..." if self.horizon > 4 else ""
            lines.append(f"{column:{wide}}  ... {row}{ahead}")
        return "\n".join(lines)

    def _clipped(self):
        """Cut off what is farther than ``clip`` spreads from the median; returns the bounds."""
        if isinstance(self.clip, bool) or not isinstance(self.clip, int | float) or self.clip <= 0:
            raise TaskError(f"clip must be a number above 0, got {self.clip!r}")
        both = bounds(np.concatenate([*self.seen().values()]), self.columns, self.clip)
        cut = np.clip(self.rows, *both)
        for name, count in zip(self.columns, (cut != self.rows).sum(0), strict=True):
            if count:
                self.notes += (
                    f"column {name!r}: {counted(count, 'value')} set to a bound by clip",
                )
        self.rows = cut
        return both

    def _fits(self):
        steps = self.window + self.horizon
        parts = self.parts()
        if min(max((b - a for a, b in part.read), default=0) for part in parts) < steps:
            self._refuse(parts, steps)
        for series, rows in self.seen().items():
            self._refuse_still(series, rows)
        room = 4 * self.rows.size * steps // self.stride
        if room > ROOM:
            stride = -(-room * self.stride // ROOM)
            raise TaskError(f"the windows take {room / 2**30:.1f} GiB; stride={stride} takes fewer")

    def _refuse_still(self, series, rows):
        """Refuse a column that has no spread to divide by."""
        still = np.flatnonzero(np.ptp(rows, axis=0) == 0)
        if not len(still):
            return
        others = ",".join(self.columns[d] for d in range(len(self.columns)) if d not in still)
        todo = f'columns="{others}" reads the others' if others else "there is no other"
        if series:
            todo = f'drop="{series}" leaves the series out, split="series" gives all one scale'
        of = f" of {series}" if series else ""
        raise TaskError(
            f"column {self.columns[still[0]]!r}{of} never changes in the training rows; {todo}"
        )

    def _refuse(self, parts, steps):
        train, valid, test = (sum(b - a for a, b in part.own) for part in parts)
        left = (
            f"{len(self.rows)} rows leave {train} to train on, {valid} for validation, {test} for "
            f"the test: window + horizon, {steps}, must fit into each"
        )
        if len(self.pieces) == 1:
            raise TaskError(left)
        name, longest = min(
            ((name, max((b - a for a, b in part.read), default=0))
             for name, part in zip(SPLITS, parts, strict=True)),
            key=lambda each: each[1],
        )  # fmt: skip
        series = {piece.series for piece in self.pieces}
        split = len(self.pieces) > len(series)  # gaps are
        todo = ', or close gaps in time with gaps="interpolate" or gaps="keep"' if split else ""
        raise TaskError(
            f"{left}; the longest unbroken stretch of {name} has {longest} rows: give a smaller "
            f"window{todo}"
        )
