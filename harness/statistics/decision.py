"""The decision: symmetric selection, signed ranks, Holm; and what may be said of a variant."""

import numpy as np
import pandas as pd

from . import BETTER, EQUAL, OPEN, WORSE
from .equivalence import equivalence, margin_of, size
from .failures import mcnemar
from .fewest import ALPHA, least_pairs
from .hodges_lehmann import hodges_lehmann
from .holm import holm
from .pairing import SIGNS, checked_reference, losses, paired
from .power import draws_needed, draws_to_see, smallest_visible
from .selection import KEPT
from .signed_rank import signed_rank

ROW = (
    "difference", "low", "high", "p", "p_equal", "worse", "draws", "pairs", "smallest", "to_show",
    "needed", "failed", "failed_reference", "p_failures", "reason",
)  # fmt: skip
COLUMNS = (
    "variant", "verdict", "difference", "low", "high", "p", "draws", "smallest", "failed",
    "failed_reference", "reference", "pairs", "margin", "noise", "to_show", "needed", "reason",
    "p_failures", "p_equal",
)  # fmt: skip


def verdicts(trials, reference, direction="minimize", margin=None, noise=None, searched=True):
    """Each variant of a task against the reference.

    The draws that both have are ordered by the better of the two validation scores, which is the
    same when the cells are swapped, and the better half is kept. Wilcoxon's signed-rank test is
    made on the paired test differences of the kept draws, with Holm's adjustment over the variants.
    "Equal" is a claim of its own, by two one-sided tests within the margin; what is not significant
    is "not decided".

    The level is exact if the cells are exchangeable: equal, or mirror images of each other. A cell
    that is as good at its best but in fewer places is found worse; docs/results/calibration.md
    shows how much, and ``confirmations`` looks closer to the best.

    A failed draw is worst: last in the selection, and in the test a difference above all others. A
    draw that failed in both favours neither; it is counted and takes no rank. A complete trial
    whose scores are not finite counts as failed.

    Args:
        trials: a frame of one task with the columns ``variant, draw, valid, test, state``
            ("complete" or "failed").
        reference: the variant that the others are compared with.
        direction: of the scores, "minimize" or "maximize".
        margin: differences within ±margin are called equal; half of ``noise`` if None.
        noise: standard deviation of a trial's test score over seeds (``noise_of``).
        searched: False if all draws have the same settings and differ by their seed only; then
            none is better than another by its settings, and all are kept.

    Returns:
        a frame with a row per other variant, in the order of the trials. In the metric's own unit,
        variant minus reference: ``difference`` (Hodges and Lehmann's; infinite if failures make up
        most of it) with its 95% interval ``low, high``, not adjusted for the number of variants;
        ``smallest``, the difference that would have been found in 80% of such studies; ``margin``
        and ``noise``. Beside them ``p`` and ``p_equal`` after Holm, ``draws`` (shared), ``pairs``
        (kept), ``to_show`` (draws that would show a difference as large as the one found) and
        ``needed`` (draws that would decide either way), NaN if it is decided, the failures of both
        cells with McNemar's ``p_failures``, and ``reason``: why nothing can be said, or "".

    Raises:
        StudyError: the frame, the reference, the direction, the margin or the noise is invalid.
    """
    margin, noise = size("margin", margin), size("noise", noise)
    scores = losses(trials, direction)
    others = checked_reference(scores, reference)
    bound, sign = margin_of(margin, noise), SIGNS[direction]
    asked = (sign, bound, len(others), KEPT if searched else 1)
    found = [compared(paired(scores, name, reference), *asked) for name in others]
    frame = pd.DataFrame(found, columns=[*ROW])
    frame["p"], frame["p_equal"] = holm(frame["p"]), holm(frame["p_equal"])
    frame["verdict"] = [decided(row) for row in frame.itertuples()]
    settled = frame["verdict"] != OPEN
    frame.loc[settled, ["to_show", "needed"]] = np.nan
    frame.loc[settled, "reason"] = ""
    frame["variant"], frame["reference"] = others, reference
    frame["margin"], frame["noise"] = bound, noise
    return frame.filter(items=[*COLUMNS])


def compared(pairs, sign, margin, comparisons, share):
    """A variant's row before Holm's adjustment; ``ROW`` names its parts.

    One draw of ``share`` is kept.
    """
    d, kept = pairs.kept_differences(share), len(pairs) // share
    known = margin > 0
    return {
        **hodges_lehmann(d).times(sign)._asdict(),
        "p": signed_rank(d) if len(d) else np.nan,
        "p_equal": equivalence(d, margin) if len(d) and known else np.nan,
        "worse": signed_rank(d, "greater") < signed_rank(d, "less"),
        "draws": len(pairs),
        "pairs": kept,
        "smallest": smallest_visible(d, comparisons=comparisons),
        **more(d, margin, comparisons, share, len(pairs)),
        "failed": int(pairs.failed.sum()),
        "failed_reference": int(pairs.failed_reference.sum()),
        "p_failures": mcnemar(pairs.failed, pairs.failed_reference),
        "reason": reason(pairs, d, share, least_pairs(comparisons), known),
    }


def more(d, margin, comparisons, share, draws):
    """``to_show`` and ``needed`` of a row.

    A difference within the margin cannot be shown; without a margin, nothing else can. A study that
    had as many draws and was unlucky needs twice its draws.
    """
    found = abs(hodges_lehmann(d).difference)
    counts = {
        "to_show": draws_to_see(d, found, comparisons, share) if found > margin else np.nan,
        "needed": draws_needed(d, margin if margin > 0 else found, comparisons, share),
    }
    return {name: n if not n <= draws else 2.0 * draws for name, n in counts.items()}


def decided(row):
    """The verdict of a row whose p are adjusted."""
    if row.p < ALPHA:
        return WORSE if row.worse else BETTER
    return EQUAL if row.p_equal < ALPHA else OPEN


def reason(pairs, d, share, least, margin_known):
    """Why nothing can be said, as a sentence; "" if something can.

    Args:
        d: differences of the kept draws that did not fail in both cells.
        share: one draw of so many is kept.
        least: pairs that could decide.
    """
    draws, kept = len(pairs), len(pairs) // share
    if not draws:
        return "the two share no draw"
    if (pairs.failed & pairs.failed_reference).all():
        return f"all {draws} draws failed in both cells"
    if draws < share * least:
        alone = f" ({pairs.unshared} more are of one cell only)" if pairs.unshared else ""
        return f"{draws} shared draws{alone} can never show a difference; {share * least} could"
    if len(d) < least:
        lost = kept - len(d)
        return f"of {kept} kept draws, {lost} failed in both cells; the others are too few"
    if not d.any() and not margin_known:
        return (
            f"the test scores of all {kept} kept draws are the same in both, "
            "and no margin says what is equal"
        )
    return ""
