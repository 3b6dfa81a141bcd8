"""Which hyperparameter matters? A forest says how the score follows the draw.

The share of a hyperparameter is the variance over its values of the mean score over all others, in
the variance of the whole over the search's distribution. The forest sees each hyperparameter on the
scale that it was drawn on, and what failed is either left out or the worst rank.

A forest shrinks what matters little. What is small here is small; which of two small ones is larger
is not known.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from ..errors import StudyError
from ..foundation.errors import unknown
from . import axes
from .forest import boxes, marginal, variance
from .resampling import interval, share_interval
from .shares import rescale
from .tables import as_losses

SCALES = ("rank", "log", "plain")
#: Values of a range at which the forest is asked.
GRID = 32
#: Trees of the forests of resampled draws; those of the forest itself are an argument.
TREES_AGAIN = 32
#: Fewer draws say nothing.
LEAST = 10
MARGINAL = ("value", "score", "low", "high")


@dataclass(frozen=True)
class Importance:
    """The hyperparameters' shares in the variance of the scores of one cell on one task.

    Attributes:
        main: frame ``name, share, low, high``, the largest first.
        pairs: frame ``first, second, share, low, high``: what two hyperparameters explain together
            beyond what each explains alone, the largest first.
        marginals: {name: frame ``value, score, low, high``}, the mean score over all other
            hyperparameters, on ``scale``; lower is better.
        explained: share of the variance of the scores that the forest foretells for draws it has
            not seen (R squared out of bag). Near 0, none of the shares means anything.
        scale: "rank" (1 is best), "log" or "plain".
        draws: that were used.
        left_out: draws left out because they failed.
    """

    main: pd.DataFrame
    pairs: pd.DataFrame
    marginals: dict
    explained: float
    scale: str
    draws: int
    left_out: int


def importance(
    params,
    space,
    scores,
    direction="minimize",
    scale="rank",
    trees=100,
    resamples=20,
    confidence=0.95,
    seed=0,
):
    """The importance of each hyperparameter, and of each pair.

    CPU with the defaults, on six hyperparameters: 1 s for 40 draws, 2 s for 200.

    Args:
        params: frame, a row per draw and a column per name in ``space``; others are ignored.
        space: {name: entry}, as searched: ``(low, high)``, ``(low, high, "log")`` or ``[a, b, c]``.
        scores: (n,), test or validation scores; NaN or infinite if failed.
        direction: of the metric.
        scale: "rank", failed trials being the worst; "log" or "plain", failed trials left out.
        trees: of the forest.
        resamples: of the draws, for the intervals.
        confidence: of the intervals.
        seed: of forest and resampling.

    Returns:
        an ``Importance``; with less than 10 draws, or equal scores, its shares are NaN.

    Raises:
        StudyError: not as many scores as draws, a name of the space without a column, a value that
            the space does not hold, an unknown scale, or the logarithm of a score that is not above
            zero.
    """
    if len(params) != len(scores):
        raise StudyError(f"{len(params)} draws and {len(scores)} scores: give each draw its score")
    y, kept = _targets(np.asarray(scores, dtype=float), direction, scale)
    x = _positions(params, space)[kept]
    grids = [axes.grid(entry, GRID) for entry in space.values()]
    rng = np.random.default_rng(seed)
    explained, parts, again = np.nan, _nothing(grids), []
    if len(y) >= LEAST and np.ptp(y) > 0:
        forest = RandomForestRegressor(trees, oob_score=True, random_state=seed).fit(x, y)
        explained, parts = float(forest.oob_score_), dissect(forest, grids)
        again = [_again(x, y, grids, rng) for _ in range(resamples)]
    shares, marginals = _with_intervals(parts, again, confidence)
    pairs = list(combinations(space, 2))
    names = pd.DataFrame({"name": [*space]}), pd.DataFrame(pairs, columns=["first", "second"])
    return Importance(
        main=_sorted(names[0], shares[: len(space)]),
        pairs=_sorted(names[1], shares[len(space) :]),
        marginals={
            name: curve.assign(value=axes.value_at(grid, space[name]))[[*MARGINAL]]
            for name, grid, curve in zip(space, grids, marginals, strict=True)
        },
        explained=explained,
        scale=scale,
        draws=len(y),
        left_out=len(kept) - len(y),
    )


def dissect(forest, grids):
    """The shares of a forest's variance, and its marginals.

    Args:
        forest: fitted.
        grids: per axis its values.

    Returns:
        shares of each axis, then of each pair (``itertools.combinations``); and per axis its
        marginal (grid,).
    """
    leaves, whole = boxes(forest, grids), variance(forest, grids)
    curves = [marginal(leaves, axis) for axis in range(len(grids))]
    alone = [np.var(curve) for curve in curves]
    pairs = [
        np.var(marginal(leaves, i, j)) - alone[i] - alone[j]
        for i, j in combinations(range(len(grids)), 2)
    ]
    with np.errstate(invalid="ignore"):  # a forest that says the same everywhere has no shares
        return np.array([*alone, *pairs]) / whole, curves


def _nothing(grids):
    shares = len(grids) + len(grids) * (len(grids) - 1) // 2
    return np.full(shares, np.nan), [np.full(len(grid), np.nan) for grid in grids]


def _again(x, y, grids, rng):
    """The same from draws taken with putting back."""
    pick = rng.integers(len(y), size=len(y))
    forest = RandomForestRegressor(TREES_AGAIN, random_state=int(rng.integers(2**31)))
    return dissect(forest.fit(x[pick], y[pick]), grids)


def _with_intervals(parts, again, confidence):
    """Frames ``share, low, high``, and per axis ``score, low, high``."""
    shares, curves = parts
    others = np.array([each[0] for each in again]).reshape(len(again), len(shares))
    low, high = share_interval(shares, others, confidence)
    marginals = []
    for axis, curve in enumerate(curves):
        others = np.array([each[1][axis] for each in again]).reshape(len(again), len(curve))
        ends = interval(curve, others, confidence)
        marginals.append(pd.DataFrame({"score": curve, "low": ends[0], "high": ends[1]}))
    return pd.DataFrame({"share": shares, "low": low, "high": high}), marginals


def _sorted(names, shares):
    """Names beside their shares, the largest first."""
    frame = pd.concat([names, shares.reset_index(drop=True)], axis=1)
    return frame.sort_values("share", ascending=False, ignore_index=True, kind="stable")


def _targets(scores, direction, scale):
    """What the forest learns, and which draws it learns from."""
    if scale not in SCALES:
        raise unknown("scale", scale, SCALES, StudyError)
    loss = as_losses(scores, direction)
    kept = np.full(len(loss), True) if scale == "rank" else np.isfinite(loss)
    y = loss[kept]
    if scale == "log" and (y <= 0).any():
        raise StudyError("scale = 'log' needs scores above zero: write scale='plain'")
    return rescale(y, y, scale), kept


def _positions(params, space):
    """(n, axes), the draws on the axes of the search."""
    for name in space:
        if name not in params:
            raise unknown("hyperparameter", name, params.columns, StudyError)
    columns = [axes.position(params[name], entry, name) for name, entry in space.items()]
    return np.stack(columns, axis=1)
