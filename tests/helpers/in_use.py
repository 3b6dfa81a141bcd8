"""Networks and tables for tests of trained networks in use; nothing is trained."""

import numpy as np
import pandas as pd

from gatelab.tasks.preparation.forecasting import Forecasting
from gatelab.tasks.preparation.stepping import rhythm_of
from gatelab.tasks.tables import Piece, Table

COLUMNS, STEPS = ("load", "temperature"), 24


class Says:
    """A network that answers each sequence with the same outputs, and keeps what it read."""

    def __init__(self, outputs):
        self.outputs, self.x, self.lengths = np.asarray(outputs, np.float32), None, None

    def predict(self, x, lengths=None):
        self.x, self.lengths = x, lengths
        return np.broadcast_to(self.outputs, (len(x), *self.outputs.shape))


def hours(n=STEPS, start="2024-01-01", freq="h"):
    """A table of two columns, by time."""
    times = pd.date_range(start, periods=n, freq=freq).as_unit("us")
    values = np.stack([100.0 + np.arange(n), 10 + np.sin(np.arange(n))], 1)
    return Table(COLUMNS, values, times, (Piece("", 0, n),), {"load": "MW"}, when=("date",))


def forecasting(table=None, **given):
    """The preparation of a forecast of the load, two hours ahead from a window of four."""
    table = table or hours()
    usual = {
        "columns": COLUMNS, "targets": ("load",), "mean": (100.0, 10.0), "spread": (10.0, 2.0),
        "low": (0.0, 0.0), "high": (200.0, 20.0), "window": 4, "horizon": 2, "when": table.when,
        "rhythm": rhythm_of(table), "units": table.units,
    }  # fmt: skip
    return Forecasting(**usual | given)
