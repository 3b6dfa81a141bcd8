"""Which matters more, the cell or the draw of its hyperparameters?

Shared draws make a balanced two-way table of draws and variants. Its sum of squares falls into
three parts, without a model and without remainder: the variants' means, the draws' means, and the
rest, which is their interaction and the noise of training.
"""

import numpy as np
import pandas as pd

from .resampling import share_interval
from .tables import as_losses, loss_table

PARTS = ["variant", "draw", "rest", "interaction", "noise"]
COLUMNS = ["scale", "part", "share", "low", "high", "chance", "draws"]


def shares(draws, direction="minimize", again=None, confidence=0.95, resamples=1000, seed=0):
    """The shares of variant, draw and rest in the variance of a task's test scores.

    On two scales, since a few bad draws would rule the plain scores: on ranks over the whole table,
    with failed trials as the worst; and on the logarithms of an error (on the plain scores if the
    metric is no error), without the draws in which any cell failed.

    Args:
        draws: frame of one task, ``variant, draw, valid, test, state``.
        direction: of the metric.
        again: frame with columns ``first, again``, test scores of draws trained twice by one cell.
            It measures the noise of training, which divides the rest in two.
        confidence: of the intervals, which come from resampling the draws.
        resamples: of the draws.
        seed: of the resampling.

    Returns:
        Frame ``scale, part, share, low, high, chance, draws``. The scale is "rank" and "log" or
        "plain"; the part "variant", "draw", "rest", "interaction" and "noise". The first three add
        up to 1, the last two to the rest (NaN without ``again``). ``chance`` is the share of a part
        without any effect: with few draws it is not small. All are NaN for fewer than two variants
        or draws, or if all scores are equal.
    """
    table = loss_table(draws, direction).to_numpy()
    whole = table[np.isfinite(table).all(axis=1)]
    other = "log" if direction == "minimize" and (whole > 0).all() else "plain"
    pairs = None if again is None else as_losses(again[["first", "again"]], direction)
    rng = np.random.default_rng(seed)
    return pd.concat(
        [
            _rows("rank", table, pairs, confidence, resamples, rng),
            _rows(other, whole, pairs, confidence, resamples, rng),
        ],
        ignore_index=True,
    )


def two_way(cells, counts=None):
    """The sums of squares of a balanced two-way table, or of resampled ones.

    Args:
        cells: (D, V), a value per draw and variant.
        counts: (..., D), how often each draw is in the table, D in all; once if None.

    Returns:
        (..., 3): of variant, draw and rest. They add up to the total.
    """
    d, v = cells.shape
    counts = np.ones(d) if counts is None else counts
    centred = cells - cells.mean()
    means = counts @ centred / d  # (..., V)
    mean = means.mean(axis=-1, keepdims=True)
    variant = d * ((means - mean) ** 2).sum(axis=-1)
    draw = v * (counts @ centred.mean(axis=1) ** 2 - d * mean[..., 0] ** 2)
    total = counts @ (centred**2).sum(axis=1) - d * v * mean[..., 0] ** 2
    rest = np.maximum(total - variant - draw, 0)  # never below, by rounding
    return np.stack([variant, draw, rest], axis=-1)


def rescale(values, among, scale):
    """Losses on a scale: their mean ranks among others ("rank"), "log" or "plain"."""
    if scale == "rank":
        order = np.sort(among, axis=None)
        ends = [np.searchsorted(order, values, side) for side in ("left", "right")]
        return (ends[0] + ends[1] + 1) / 2
    return np.log(values) if scale == "log" else values


def _rows(scale, table, pairs, confidence, resamples, rng):
    """The five parts on one scale."""
    cells, noise = rescale(table, table, scale), _noise_variances(pairs, table, scale)
    rows = pd.DataFrame({"scale": scale, "part": PARTS, "draws": len(cells)})
    if min(cells.shape) < 2 or np.ptp(cells) == 0:
        return rows.assign(share=np.nan, low=np.nan, high=np.nan, chance=np.nan)[COLUMNS]
    share = _parts(cells, noise)
    resampled = _parts(
        cells, noise, _counts(len(cells), resamples, rng), _counts(len(noise), resamples, rng)
    )
    low, high = share_interval(share, resampled, confidence)
    return rows.assign(share=share, low=low, high=high, chance=_chance(cells))[COLUMNS]


def _counts(n, resamples, rng):
    """(resamples, n): how often each of n is drawn when n are drawn with putting back."""
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples) if n else np.empty((resamples, 0))


def _parts(cells, noise, counts=None, noise_counts=None):
    """(..., 5), the shares of ``PARTS``.

    Args:
        cells: (D, V).
        noise: (pairs,), estimates of the noise's variance; none if it was not measured.
        counts, noise_counts: (..., D) and (..., pairs), of resamples.
    """
    variant, draw, rest = np.moveaxis(two_way(cells, counts), -1, 0)
    noisy = np.full_like(rest, np.nan)
    if len(noise):
        times = np.ones(len(noise)) if noise_counts is None else noise_counts
        freedom = (cells.shape[0] - 1) * (cells.shape[1] - 1)
        noisy = np.minimum(times @ noise / len(noise) * freedom, rest)
    with np.errstate(invalid="ignore"):  # a resample of equal scores has no shares
        parts = np.stack([variant, draw, rest, rest - noisy, noisy], axis=-1)
        return parts / (variant + draw + rest)[..., None]


def _chance(cells):
    """(5,), the shares of variant and draw if only the rest were at work."""
    d, v = cells.shape
    squares = two_way(cells)
    per_freedom = squares[2] / ((d - 1) * (v - 1)) / squares.sum()
    return [(v - 1) * per_freedom, (d - 1) * per_freedom, np.nan, np.nan, np.nan]


def _noise_variances(pairs, table, scale):
    """(pairs,), estimates of the variance of one score over seeds, on a scale."""
    if pairs is None:
        return np.empty(0)
    if scale != "rank":  # a failed trial has a rank, but no number
        pairs = pairs[np.isfinite(pairs).all(axis=1)]
    first, again = rescale(pairs, table, scale).T
    return (first - again) ** 2 / 2
