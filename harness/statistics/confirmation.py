"""Confirmation: chosen configurations, trained again in both cells with fresh seeds."""

import numpy as np
import pandas as pd

from ..errors import StudyError
from .hodges_lehmann import hodges_lehmann
from .holm import holm
from .pairing import SIGNS, checked_reference, difference, losses, paired
from .selection import best_shared
from .signed_rank import signed_rank

KEY = ["source", "configuration", "seed"]
COLUMNS = (
    "variant", "confirmed", "confirmed_low", "confirmed_high", "confirmed_p", "configurations"
)  # fmt: skip


def choose_shared(trials, variant, reference, number=8, direction="minimize"):
    """Configurations to confirm, where both cells were trained on shared draws.

    The draws whose better validation score is best: the choice is the same when the cells are
    swapped. Draws that failed in both are left out.

    Args:
        trials: as for ``verdicts``.
        number: of configurations; with 8 the smallest p is .008.

    Returns:
        a frame with the columns ``configuration`` (the draw) and ``source`` (""), best first.
    """
    pairs = paired(losses(trials, direction), variant, reference)
    chosen = best_shared(pairs.valid, pairs.valid_reference, number)
    tried = ~(pairs.failed & pairs.failed_reference)[chosen]
    return pd.DataFrame({"configuration": pairs.draws[chosen][tried], "source": ""})


def choose_searched(trials, variant, reference, number=8, direction="minimize"):
    """Configurations to confirm, where each cell was searched by itself, as TPE does.

    The best half of the number from either search, by validation. Both cells are then trained at
    all of them, so that swapping the cells changes nothing.

    Args:
        trials: as for ``verdicts``; ``draw`` is the trial's number in its cell's own search.

    Returns:
        a frame with the columns ``configuration`` (the trial) and ``source`` (the cell whose search
        found it), best first within a source. A cell with few finished trials yields fewer.
    """
    scores = losses(trials, direction)
    finished = scores.loc[np.isfinite(scores["valid"])].sort_values(by=["valid", "draw"])
    halves = [finished[finished["variant"] == v].head(number // 2) for v in (variant, reference)]
    both = pd.concat(halves)
    return pd.DataFrame(
        {"configuration": both["draw"].to_numpy(), "source": both["variant"].to_numpy()}
    )


def confirmations(runs, reference, direction="minimize"):
    """Each variant against the reference, on configurations trained again with fresh seeds.

    The unit is the configuration: its test scores are averaged over the seeds that both cells
    share, and the signed-rank test is made on the paired means. More seeds make a mean more exact;
    they add no pair. A configuration with a failed seed is worst.

    Args:
        runs: a frame with the columns ``variant, configuration, seed, state, test``, and ``source``
            where configurations of several searches were pooled.

    Returns:
        a frame with a row per other variant: ``variant, confirmed`` (difference, variant minus
        reference, in the metric's unit), ``confirmed_low, confirmed_high`` (95% interval),
        ``confirmed_p`` (after Holm) and ``configurations`` (that both cells were trained at).

    Raises:
        StudyError: the frame, the reference or the direction is invalid.
    """
    scores = _keyed(runs, direction)
    others = checked_reference(scores, reference)
    found = [_confirmed(_means(scores, name, reference), SIGNS[direction]) for name in others]
    frame = pd.DataFrame(found, columns=[*COLUMNS[1:]])
    frame.insert(0, "variant", others)
    return frame.assign(confirmed_p=holm(frame["confirmed_p"]))


def _keyed(runs, direction):
    """Test losses by variant and ``KEY``, checked as trials are."""
    if missing := {"configuration", "seed"} - {*runs.columns}:
        raise StudyError(f"the confirming runs have no column {', '.join(sorted(missing))}")
    source = runs["source"].fillna("") if "source" in runs.columns else ""
    keyed = runs.assign(source=source, valid=runs["test"]).reset_index(drop=True)
    keyed["draw"] = [*zip(*(keyed[name] for name in KEY), strict=True)]
    return keyed[KEY].join(losses(keyed, direction)[["variant", "test"]])


def _means(scores, variant, reference):
    """(k, 2), mean test losses per configuration over the seeds that both cells have."""
    one, other = (
        scores[scores["variant"] == name].set_index(KEY)["test"] for name in (variant, reference)
    )
    both = pd.concat([one, other], axis=1, join="inner", ignore_index=True)
    return both.groupby(level=["source", "configuration"]).agg(np.mean).to_numpy(dtype=float)


def _confirmed(means, sign):
    """A row of ``COLUMNS``, but for the variant; p is not yet adjusted."""
    d = difference(*means.T)
    d = d[~np.isnan(d)]
    p = signed_rank(d) if len(d) else np.nan
    return (*hodges_lehmann(d).times(sign), p, len(means))
