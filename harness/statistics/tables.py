"""Arrays and tables of losses: smaller is better, and a failed trial is infinite."""

import numpy as np

from ..errors import StudyError
from ..foundation.errors import unknown
from .pairing import SIGNS, losses


def sign(direction):
    """1 for "minimize", -1 for "maximize": turns a score into a loss, and back."""
    if direction not in SIGNS:
        raise unknown("direction", direction, SIGNS, StudyError)
    return SIGNS[direction]


def as_losses(scores, direction="minimize"):
    """Scores as losses, of any shape; NaN and infinite scores are those of failed trials."""
    values = sign(direction) * np.asarray(scores, dtype=float)
    return np.where(np.isfinite(values), values, np.inf)


def loss_table(draws, direction="minimize"):
    """The test losses of the draws that every variant has.

    Args:
        draws: frame of one task, ``variant, draw, valid, test, state``.
        direction: of the metric.

    Returns:
        Frame with a row per draw, in order, and a column per variant, in the order of ``draws``.

    Raises:
        StudyError: the frame or the direction is invalid.
    """
    table = losses(draws, direction).pivot(index="draw", columns="variant", values="test")
    return table[draws["variant"].unique()].dropna()


def others_of(draws, reference):
    """The variants but the reference, in the order of ``draws``.

    Raises:
        StudyError: the reference is none of the variants.
    """
    variants = [*draws["variant"].unique()]
    if reference not in variants:
        raise unknown("reference", reference, map(str, variants), StudyError)
    return [variant for variant in variants if variant != reference]


def check_confidence(confidence):
    """Refuse a confidence that is no probability, such as 95.

    Raises:
        StudyError: it is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise StudyError(f"confidence = {confidence}: give a number between 0 and 1, such as 0.95")
