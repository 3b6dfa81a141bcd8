"""From a frame of trials to the paired losses of two cells."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import StudyError
from ..foundation.errors import unknown
from .selection import KEPT, best_shared
from .steps import largest, told_apart

COLUMNS = ("variant", "draw", "valid", "test", "state")
STATES = ("complete", "failed")
SIGNS = {"minimize": 1.0, "maximize": -1.0}


@dataclass(frozen=True)
class Pairs:
    """Losses of two cells on the draws that both have: lower is better, infinite is failed.

    All arrays are (n,), in the order of ``draws``.
    """

    draws: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    valid_reference: np.ndarray
    test_reference: np.ndarray
    unshared: int = 0  # draws that one of the two has no trial of

    def __len__(self):
        return len(self.test)

    @property
    def failed(self):
        return np.isinf(self.test)

    @property
    def failed_reference(self):
        return np.isinf(self.test_reference)

    @property
    def differences(self):
        """Test losses, cell minus reference; see ``difference``."""
        return difference(self.test, self.test_reference)

    def kept_differences(self, share=KEPT):
        """Differences of the best draws, one of ``share``, that did not fail in both cells."""
        kept = best_shared(self.valid, self.valid_reference, len(self) // share)
        d = self.differences[kept]
        return d[~np.isnan(d)]


def difference(loss, reference):
    """Loss minus the reference's: infinite if one failed, NaN if both did.

    A draw that failed in both favours neither and has no size, whatever the shift that it is asked
    about. So NaN takes no rank; a zero would count as evidence for "equal".
    """
    loss, reference = np.asarray(loss, dtype=float), np.asarray(reference, dtype=float)
    with np.errstate(invalid="ignore"):
        return told_apart(loss - reference, largest(loss, reference))


def losses(trials, direction="minimize"):
    """A frame of one task's trials, checked: ``valid`` and ``test`` become losses.

    A failed trial has infinite losses, and so has a complete one without finite scores: a score
    that is no number is a failure.

    Raises:
        StudyError: a column is missing, a state is unknown, a score is no number, a draw occurs
            twice, or the direction is unknown.
    """
    if direction not in SIGNS:
        raise unknown("direction", direction, SIGNS, StudyError)
    if not isinstance(trials, pd.DataFrame):
        raise StudyError(f"the trials are no frame but {type(trials).__name__}; give a DataFrame")
    if missing := [name for name in COLUMNS if name not in trials.columns]:
        raise StudyError(
            f"the trials have no column {', '.join(missing)}; they need {', '.join(COLUMNS)}"
        )
    if strange := sorted({str(s) for s in trials["state"].unique()} - {*STATES}):
        raise StudyError(
            f"unknown state {strange[0]!r} of a trial; a study that is decided by draws has "
            f"{' and '.join(STATES)} trials only"
        )
    if trials[["variant", "draw"]].isna().to_numpy().any():
        raise StudyError("a trial has no draw or no variant; name both in every row")
    twice = trials.loc[trials.duplicated(["variant", "draw"])]
    if len(twice):
        raise StudyError(
            f"draw {twice['draw'].iloc[0]} of {twice['variant'].iloc[0]} occurs more than once; "
            "give each draw of a variant one trial"
        )
    found = trials[["variant", "draw"]].copy()
    complete = trials["state"] == "complete"
    for name in ("valid", "test"):
        found[name] = _numbers(trials[name]) * SIGNS[direction]
        complete &= np.isfinite(found[name])
    found.loc[~complete, ["valid", "test"]] = np.inf
    return found


def checked_reference(losses, reference):
    """The other variants, in the order of the frame; ``StudyError`` for an unknown reference."""
    variants = [*losses["variant"].unique()]
    if reference not in variants:
        raise unknown("reference", reference, map(str, variants), StudyError)
    return [name for name in variants if name != reference]


def paired(losses, variant, reference):
    """The ``Pairs`` of two variants in a frame of ``losses``, on the draws that both have."""
    one, other = (
        losses[losses["variant"] == name].set_index("draw")[["valid", "test"]]
        for name in (variant, reference)
    )
    both = one.join(other.add_suffix("_reference"), how="inner").sort_index()
    columns = {name: both[name].to_numpy(dtype=float) for name in both.columns}
    return Pairs(both.index.to_numpy(), **columns, unshared=len(one) + len(other) - 2 * len(both))


def _numbers(column):
    try:
        return np.asarray(pd.to_numeric(column), dtype=float)
    except (TypeError, ValueError):
        raise StudyError(f"the column {column.name} holds what is no number") from None
