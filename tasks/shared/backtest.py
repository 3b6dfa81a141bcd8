"""Forecasts of a test split in the units of the table that it was cut from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

#: Rows ahead that a picture of consecutive forecasts can hold.
READABLE = 96


@dataclass(frozen=True)
class Backtest:
    """What turns forecasts of changes, (N, H * K), into values of K columns, H rows ahead.

    targets: the K columns.
    rows: (T, K), their values in the table.
    spread: (K,), what changes were divided by; (N, K) if that differs.
    starts: (N,), the first row that each window of the test split forecasts.
    horizon: H.
    guesses: {baseline: its forecasts, (N, H * K)}.
    naive: those baselines that repeat values and stand beside forecasts in a picture.
    units: {column: unit}, as far as known.
    times: (T,), when each row was, datetime64; None if unknown.
    step: usual time from row to row, in microseconds; 0 if unknown.
    series: (N,), the series of each window; None if there is one without a name.
    shown: the targets that are drawn; () for the first ones.
    """

    targets: Sequence[str]
    rows: np.ndarray
    spread: np.ndarray
    starts: np.ndarray
    horizon: int
    guesses: Mapping[str, np.ndarray]
    naive: Sequence[str]
    units: Mapping[str, str] = field(default_factory=dict)
    times: np.ndarray | None = None
    step: int = 0
    series: np.ndarray | None = None
    shown: Sequence[str] = ()

    def ahead(self, windows: np.ndarray) -> np.ndarray:
        """(n, H), the rows that some windows forecast."""
        return self.starts[windows, None] + np.arange(self.horizon)

    def values(self, outputs: np.ndarray, windows: np.ndarray) -> np.ndarray:
        """(n, H, K), the values that outputs (N, H * K) stand for in some windows."""
        last = self.rows[self.starts[windows] - 1]
        spread = np.broadcast_to(self.spread, (len(self.starts), last.shape[1]))[windows]
        return last[:, None] + self._changes(outputs[windows]) * spread[:, None]

    def errors(self, outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean absolute and root mean squared error over all windows.

        Args:
            outputs, y: (N, H * K), forecast and true changes.

        Returns:
            (H, K) and (H, K), in units.
        """
        scale = self.spread.reshape(-1, 1, self.rows.shape[1])
        error = (self._changes(outputs) - self._changes(y)) * scale
        return np.abs(error).mean(0), np.sqrt(np.square(error).mean(0))

    def last(self, most: int = READABLE) -> np.ndarray:
        """The last windows of the test split whose rows ahead do not overlap.

        Args:
            most: rows ahead that they have together, if they are more than one.

        Returns:
            their numbers, in the order of time; all are of one series.
        """
        chosen = [len(self.starts) - 1]
        for k in range(chosen[0] - 1, -1, -1):
            if (len(chosen) + 1) * self.horizon > most or not self._same(k, chosen[0]):
                break
            if self.starts[k] + self.horizon <= self.starts[chosen[-1]]:
                chosen.append(k)
        return np.array(chosen[::-1])

    def _same(self, a, b):
        return self.series is None or self.series[a] == self.series[b]

    def _changes(self, outputs):
        return outputs.reshape(len(outputs), self.horizon, -1).astype(np.float64)


def starts(
    stretches: Sequence[tuple[int, int]], window: int, horizon: int, stride: int = 1
) -> np.ndarray:
    """The first row ahead of each window in stretches (start, stop) of rows, one after another."""
    steps = window + horizon
    found = [np.arange(a, b - steps + 1, stride) for a, b in stretches]
    return np.concatenate([*found, np.empty(0, int)]).astype(int) + window
