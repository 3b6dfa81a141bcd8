"""The answer over several tasks: each task is one observation.

What holds here is meant for tasks like these, not for these tasks: the unit is the task, and five
tasks are five observations, however many draws each had.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import StudyError
from ..foundation.errors import unknown
from . import OPEN
from .decision import decided
from .equivalence import equivalence, size
from .fewest import least_pairs
from .friedman import Friedman, critical_difference, friedman, groups, ranks_of
from .hodges_lehmann import hodges_lehmann
from .holm import holm
from .signed_rank import signed_rank
from .tables import sign


@dataclass(frozen=True)
class Across:
    """What several tasks say together.

    Attributes:
        verdicts: frame with a row per variant but the reference: ``variant, verdict`` ("better",
            "worse", "equal" or "not decided"), ``difference, low, high`` (Hodges-Lehmann over the
            tasks with its 95% interval, variant minus reference, in the table's unit), ``p`` and
            ``p_equal`` (signed ranks, after Holm), ``wins, losses`` (tasks), ``tasks``.
        friedman: whether any average ranks differ, with the correction for ties.
        ranks: Series, the average rank of each variant, the best (1) first.
        critical: Nemenyi's critical difference of average ranks.
        groups: (first, last) places in ``ranks`` that ``critical`` does not tell apart.
        tasks: those that were used.
        left_out: tasks left out, for a number was missing.
        reason: why no difference to the reference can be shown, as a sentence; "" if one can, or
            if a variant was found equal.
    """

    verdicts: pd.DataFrame
    friedman: Friedman
    ranks: pd.Series
    critical: float
    groups: list
    tasks: list
    left_out: list
    reason: str


def across(table, reference, direction="minimize", margin=None):
    """Each variant against the reference over several tasks, and the ranks of all.

    Demsar's order (2006, JMLR 7:1-30): Friedman's test with Iman and Davenport's F, then Wilcoxon's
    signed-rank test of each variant against the reference with Holm's adjustment. That a pair
    differs by Nemenyi's critical difference depends on which other cells take part (Benavoli,
    Corani and Mangili, 2016, JMLR 17(5)); the verdicts do not.

    Args:
        table: frame of numbers, a row per task and a column per variant. They need one scale in all
            tasks: best the difference to the reference in standard deviations of the seed noise
            (the reference's own is 0). Infinite is a failure, of the variant or, with the other
            sign, of the reference.
        reference: a column.
        direction: "minimize" if less is better.
        margin: differences within ±margin are called equal, in the table's unit; none are if None.

    Returns:
        an ``Across``.

    Raises:
        StudyError: the reference is no column, or the direction is unknown.
    """
    if reference not in table:
        raise unknown("reference", reference, map(str, table.columns), StudyError)
    whole = table.dropna().astype(float)
    losses, tasks = sign(direction) * whole, len(whole)
    ranks = ranks_of(losses) if tasks else np.empty(losses.shape)
    average = pd.Series(ranks.sum(axis=0) / (tasks or np.nan), table.columns).sort_values(
        kind="stable"
    )
    critical = _critical(*losses.shape)
    verdicts = _verdicts(losses, reference, sign(direction), margin)
    undecided = set(verdicts["verdict"]) <= {OPEN}
    return Across(
        verdicts=verdicts,
        friedman=friedman(ranks),
        ranks=average,
        critical=critical,
        groups=groups(average, critical),
        tasks=[*whole.index],
        left_out=[task for task in table.index if task not in whole.index],
        reason=why_undecidable(tasks, table.shape[1] - 1) if undecided else "",
    )


def why_undecidable(tasks, comparisons):
    """Why no difference to the reference can be significant, as a sentence; "" if one can."""
    if comparisons < 1:
        return "there is no variant beside the reference"
    least = least_pairs(comparisons)
    if tasks >= least:
        return ""
    p = min(1.0, 2 / 2**tasks * comparisons)
    return (
        f"with {tasks} task{'s' * (tasks != 1)} and {comparisons} "
        f"comparison{'s' * (comparisons != 1)} the smallest possible p is "
        f"2/{2**tasks} x {comparisons} = {p:.2g}, so no difference can be shown across tasks; "
        f"{least} tasks could"
    )


def _critical(tasks, variants):
    return critical_difference(variants, tasks) if tasks and variants > 1 else np.nan


def _verdicts(losses, reference, back, margin):
    others = [name for name in losses if name != reference]
    bound = size("margin", margin)
    with np.errstate(invalid="ignore"):  # both failed: no difference, which takes no rank
        differences = [(losses[name] - losses[reference]).dropna().to_numpy() for name in others]
    frame = pd.DataFrame(
        [_compared(d, back, bound) for d in differences],
        columns=["difference", "low", "high", "p", "p_equal", "worse", "wins", "losses", "tasks"],
    )
    frame["p"], frame["p_equal"] = holm(frame["p"]), holm(frame["p_equal"])
    frame.insert(0, "variant", others)
    frame.insert(1, "verdict", [decided(row) for row in frame.itertuples()])
    return frame.drop(columns="worse")


def _compared(d, back, margin):
    """A variant's row, before Holm's adjustment."""
    testable = len(d) > 0
    return {
        **hodges_lehmann(back * d)._asdict(),
        "p": signed_rank(d) if testable else np.nan,
        "p_equal": equivalence(d, margin) if testable and margin > 0 else np.nan,
        "worse": testable and signed_rank(d, "greater") < signed_rank(d, "less"),
        "wins": int((d < 0).sum()),
        "losses": int((d > 0).sum()),
        "tasks": len(d),
    }
