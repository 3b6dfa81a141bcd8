"""Errors of forecasts in the units of a table."""

import re
from collections.abc import Sequence

import numpy as np

MOST = 12  # columns that are scored one by one


def in_units(error: np.ndarray, targets: Sequence[str], spread: np.ndarray) -> dict[str, float]:
    """Mean absolute and root mean squared error of each column, over all rows ahead.

    Args:
        error: (N, H * K), of standardised forecasts.
        targets: names of the K columns; {} is returned if there are more than ``MOST``.
        spread: (K,), what values were divided by; (N, K) if that differs.

    Returns:
        {"mae_load": ..., "rmse_load": ...}; in names, "_" stands for what is no letter or digit.
    """
    if len(targets) > MOST:
        return {}
    scale = spread.reshape(-1, 1, len(targets))
    error = error.reshape(len(error), -1, len(targets)).astype(np.float64) * scale
    error = error.reshape(-1, len(targets))
    found = {}
    for name, each in zip(_plain(targets), error.T, strict=True):
        found[f"mae_{name}"] = float(np.abs(each).mean())
        found[f"rmse_{name}"] = float(np.sqrt(np.square(each).mean()))
    return found


def _plain(names):
    """Names of letters, digits and "_"; a number tells apart those that become alike."""
    plain = [re.sub(r"\W+", "_", name).strip("_") or "column" for name in names]
    return [f"{name}_{k + 1}" if plain.count(name) > 1 else name for k, name in enumerate(plain)]
