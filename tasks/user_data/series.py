"""Forecasting on the user's own time series, read from a CSV file."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ..framework.batches import Batch, Dataset, Splits
from ..framework.errors import TaskError
from ..framework.panels import Forecast
from ..framework.task import Task
from ..shared.horizons import BOOSTED, boosting, linear, seasonal
from .own_files import ROOM


class Series(Task):
    """The next rows of a table, from a window of rows before them.

    A window starts every ``stride`` rows. x is (N, window, D) for the D columns read, y is
    (N, horizon * K), row by row, for the K columns to forecast. All values are standardised with
    the mean and standard deviation of the training rows. Then the last value of the window is
    subtracted from the window and targets of each column to forecast: the network forecasts a
    change, and 0 stands for the last value.

    The first 60% of the rows are for training, the next 20% for validation, the last 20% for the
    test. No window or target crosses from one split into another, and nothing depends on the
    study's rng. The score is the squared error over all rows ahead and columns, in units of the
    variance.

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
    at_least: ClassVar = {"season": 0}

    def __init__(self, rows: np.ndarray, columns: Sequence[str], targets: Sequence[str], **options):
        super().__init__(**options)
        self.rows, self.columns, self.targets = rows, tuple(columns), tuple(targets)
        self.places = [self.columns.index(target) for target in self.targets]
        self.inputs, self.ahead = len(self.columns), self.horizon
        self.outputs = self.horizon * len(self.targets)
        if self.season > self.window:
            raise TaskError(f"season is {self.season}: at most the window, {self.window} rows")
        self._fits()

    def splits(self, rng):
        seen, *_ = parts = self._parts()
        scaled = [(part - seen.mean(0)) / seen.std(0) for part in parts]
        train, valid, test = map(self.windows, scaled)
        return Splits(Dataset(train), valid, test)

    def baselines(self, splits):
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
            guesses[f"{self.season} rows before"] = seasonal(test, self.season)
        return self.scores(guesses, test)

    def windows(self, rows: np.ndarray) -> Batch:
        """All windows of rows (T, D), each with the rows that follow it."""
        steps = self.window + self.horizon
        pieces = np.lib.stride_tricks.sliding_window_view(rows, steps, 0)[:: self.stride]
        pieces = pieces.swapaxes(1, 2).astype(np.float32)  # (N, window + horizon, D)
        pieces[..., self.places] -= pieces[:, self.window - 1 : self.window, self.places]
        y = pieces[:, self.window :, self.places]
        return Batch(pieces[:, : self.window].copy(), y.reshape(len(y), -1))

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

    def _parts(self):
        """The rows for training, validation and test."""
        n = len(self.rows)
        return np.split(self.rows, [n * 3 // 5, n * 4 // 5])

    def _fits(self):
        train, valid, test = parts = self._parts()
        steps = self.window + self.horizon
        if min(map(len, parts)) < steps:
            raise TaskError(
                f"{len(self.rows)} rows leave {len(train)} to train on, {len(valid)} for "
                f"validation, {len(test)} for the test: window + horizon, {steps}, must fit into "
                "each"
            )
        still = np.flatnonzero(np.ptp(train, axis=0) == 0)
        if len(still):
            name = self.columns[still[0]]
            raise TaskError(f"column {name!r} never changes in the training rows; leave it out")
        room = 4 * self.rows.size * steps // self.stride
        if room > ROOM:
            stride = -(-room * self.stride // ROOM)
            raise TaskError(f"the windows take {room / 2**30:.1f} GiB; stride={stride} takes fewer")
