"""ETTh1: oil temperature and load of an electricity transformer, some hours ahead."""

from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from .data_files.fetching import fetch
from .framework.batches import Dataset, Splits
from .framework.errors import TaskError
from .framework.registry import register
from .framework.task import Task
from .preparation.forecasting import Forecasting
from .shared.backtest import Backtest, starts
from .shared.horizons import BOOSTED, boosting, linear, seasonal
from .shared.windowed import changes as windows
from .tables import Piece, Table

MONTH = 30 * 24
TRAIN, VALID, TEST = 12 * MONTH, 16 * MONTH, 20 * MONTH  # where each split ends
DAY = 24
LAST_DAY = "same hour of last day"
SERIES = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")  # six loads, oil temperature


@register("etth1")
class ETTh1(Task):
    """The next hours of a transformer's six loads and oil temperature, from a window before them.

    One row, the oil temperature (one of seven) in degrees, before it is standardised::

        x    30.5  27.8  27.8  25.0  21.2 ... 27.6  25.5      96 hours
        y    26.0  26.0  26.0  28.9  30.5 ... 31.0  30.5      the next 24

    x (N, window, 7), y (N, horizon * 7), hour by hour. All is standardised with mean and spread
    of the training hours; then the window's last value is taken from window and targets, so that
    the network forecasts a change, and 0 is the last value. Of 17,420 hours the first 8640 (12
    months of 30 days) are for training, the next 2880 for validation, the next 2880 for the
    test; a window every hour.

    ``history="within"``: no window straddles two splits, 2761 windows to test on for a horizon of
    24. ``history="before"`` is the protocol of the papers: windows of validation and test may
    begin in the hours before their split, targets may not; 2857 windows.

    The score is the squared error over all hours and series. Baselines: the last value; the same
    hour of the last day ("seasonal naive"); a linear map from window to horizon, one for all
    seven series, by least squares; up to 48 hours ahead, gradient boosting on the window, one
    model of the next hour for all series, whose forecasts it goes on from. Look at them before a
    network: classical models are far ahead here (boosting .30 and the linear map .31 at 24 hours
    with ``history="before"``, an LSTM of 64 units .40), and the LSTM of Informer's table, .650, is
    beaten by the copy of yesterday.

    Zhou, Zhang, Peng and others (2021), Informer, AAAI, arXiv:2012.07436; the data CC BY-ND 4.0.
    The linear map: Zeng, Chen, Zhang, Xu (2023), AAAI, arXiv:2205.13504.
    """

    kind = "regression"
    metric = "mse"
    reads = ("ETTh1.csv",)
    inputs = 7
    epochs = 5
    patience = None

    horizon = 24
    window = 96
    history = "within"
    at_least: ClassVar = {"window": DAY}
    choices: ClassVar = {"history": ("within", "before")}

    def __init__(self, **options):
        super().__init__(**options)
        self.ahead, self.outputs = self.horizon, self.horizon * self.inputs
        longest = VALID - TRAIN
        if self.window + self.horizon > longest:
            raise TaskError(f"window and horizon must fit into {longest} hours together")

    def splits(self, rng):
        hours = load()
        seen = hours[:TRAIN]
        scaled = (hours - seen.mean(0)) / seen.std(0)
        before = self.window if self.history == "before" else 0
        return Splits(
            Dataset(windows(scaled[:TRAIN], self.window, self.horizon)),
            windows(scaled[TRAIN - before : VALID], self.window, self.horizon),
            windows(scaled[VALID - before : TEST], self.window, self.horizon),
        )

    def preparation(self, rng=None):
        seen = load()[:TRAIN]
        table = Table(SERIES, seen, times(TRAIN), (Piece("", 0, TRAIN),), when=("date",))
        return Forecasting.of(
            table, SERIES, {"": seen}, window=self.window, horizon=self.horizon, season=DAY
        )

    def backtest(self, splits):
        hours, before = load()[:TEST], self.window if self.history == "before" else 0
        guesses = self._guesses(splits)
        return Backtest(
            SERIES, hours, hours[:TRAIN].std(0),
            starts([(VALID - before, TEST)], self.window, self.horizon), self.horizon, guesses,
            ("last value", LAST_DAY), times=times(TEST).to_numpy(), step=3600 * 10**6,
            shown=("OT",),
        )  # fmt: skip

    def baselines(self, splits):
        return self.scores(self._guesses(splits), splits.test)

    def _guesses(self, splits):
        """{baseline: its forecasts on the test split}."""
        assert isinstance(splits.train, Dataset)
        train, test = splits.train.batch, splits.test
        guesses = {
            "last value": np.zeros_like(test.y),
            LAST_DAY: seasonal(test, DAY),
            "linear": linear(train, test),
        }
        if self.horizon <= BOOSTED:
            guesses["boosting, rolled forward"] = boosting(train, test)
        return guesses

    def legend(self):
        return SERIES, ()


def times(hours: int) -> pd.DatetimeIndex:
    """When the first hours were."""
    return pd.date_range("2016-07-01", periods=hours, freq="h").as_unit("us")


@cache
def load() -> np.ndarray:
    """(17420, 7) float64: six loads and the oil temperature."""
    return parse(fetch("ETTh1.csv"))


def parse(path: Path) -> np.ndarray:
    """The columns of a CSV after its dates, below a line of names."""
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(1, 8), ndmin=2)
