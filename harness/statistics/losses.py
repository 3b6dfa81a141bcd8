"""Scores as losses: smaller is better, and a failed trial is the worst of all, at infinity."""

import numpy as np

from ..foundation.errors import GatelabError

DIRECTIONS = ("minimize", "maximize")


def sign(direction):
    """1 for "minimize", -1 for "maximize": what turns a score into a loss, and back.

    Raises:
        GatelabError: any other word.
    """
    if direction not in DIRECTIONS:
        raise GatelabError(f"direction = {direction!r}: write 'minimize' or 'maximize'")
    return 1 if direction == "minimize" else -1


def losses(scores, direction="minimize"):
    """Scores as losses; what is missing or infinite has failed, and is infinite.

    Args:
        scores: any shape.
        direction: of the metric.
    """
    values = sign(direction) * np.asarray(scores, dtype=float)
    return np.where(np.isfinite(values), values, np.inf)


def loss_table(draws, column, direction="minimize"):
    """A row per shared draw and a column per variant, of losses.

    Args:
        draws: frame of one task, ``variant, draw, valid, test, state``.
        column: "valid" or "test".
        direction: of the metric.

    Returns:
        Frame with the draws that every variant has made, in order; variants in the order of their
        first row.

    Raises:
        GatelabError: a column is missing, or a variant has a draw twice.
    """
    if missing := {"variant", "draw", column, "state"} - {*draws.columns}:
        raise GatelabError(f"the frame of draws has no column {', '.join(sorted(missing))}")
    twice = draws.duplicated(["variant", "draw"])
    if twice.any():
        row = draws[twice].iloc[0]
        raise GatelabError(f"{row.variant} has draw {row.draw} twice: keep one of the rows")
    done = draws.state == "complete"
    values = np.where(done, losses(draws[column], direction), np.inf)
    table = draws.assign(loss=values).pivot(index="draw", columns="variant", values="loss")
    return table[draws.variant.unique()].dropna()
