"""What a network has seen of a table's columns: their mean, spread and range."""

from typing import NamedTuple

import numpy as np

from ..shared.moments import moments


class Scale(NamedTuple):
    """Of training rows, each (D,): mean, standard deviation, least and largest value."""

    mean: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "Scale":
        """The scale of rows (T, D)."""
        return cls(*moments(rows), rows.min(0), rows.max(0))

    def plain(self) -> dict[str, tuple[float, ...]]:
        """{name: numbers}, ready for JSON."""
        return {name: tuple(values.tolist()) for name, values in self._asdict().items()}
