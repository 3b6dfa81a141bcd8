"""The rule for "A is better than B" and its like: arm against arm, draw by draw."""

from dataclasses import dataclass
from typing import ClassVar

from gatelab.statistics import verdicts

from .outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED, Outcome

#: How large a difference is, for each direction of a metric: a gain is above zero.
GAIN = {"minimize": -1.0, "maximize": 1.0}


@dataclass(frozen=True)
class Difference:
    """One arm against another on shared draws, decided by ``gatelab.statistics.verdicts``.

    "better" is contradicted by a verdict "worse" and by "equal". "equal" is contradicted only if
    the whole interval of the difference lies beyond the margin; so are "no worse" and "no better",
    each on its side. What is not significant is no evidence for any of them.

    Attributes:
        arm: of the claim.
        task: of the claim.
        says: one of SAYS.
        than: the arm with which it is compared.
        margin: largest difference on test that counts as equal, in the metric's unit.
    """

    SAYS: ClassVar = ("better", "worse", "equal", "no worse", "no better")

    arm: str
    task: str
    says: str
    than: str
    margin: float

    @property
    def words(self):
        """The statement as a phrase."""
        link = "to" if self.says == "equal" else "than"
        return f"{self.arm} is {self.says} {link} {self.than} on {self.task}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return f"paired draws, margin {self.margin:g}"

    def decide(self, claim, draws):
        metric = claim.metric(self.task)
        row = self._verdict(claim, draws, metric.direction)
        gains = sorted(GAIN[metric.direction] * end for end in (row.low, row.high))
        return Outcome(self._state(row.verdict, *gains), self._why(row, metric))

    def _verdict(self, claim, draws, direction):
        """The row of the verdict; Holm's family is all arms that face the same one here."""
        family = [s.arm for s in claim.statements if self._is_beside(s)]
        mine = draws[(draws.task == self.task) & draws.arm.isin([self.than, *family])]
        found = verdicts(
            mine.rename(columns={"arm": "variant"}), self.than, direction, margin=self.margin
        )
        return found.set_index("variant").loc[self.arm]

    def _is_beside(self, other):
        same = ("task", "than", "margin")
        return isinstance(other, Difference) and all(
            getattr(other, name) == getattr(self, name) for name in same
        )

    def _state(self, verdict, low, high):
        """The state, from a verdict and the interval of the gain."""
        margin = self.margin
        far_better, far_worse = low > margin, high < -margin
        yes, no = {
            "better": (verdict == "better", verdict in ("worse", "equal")),
            "worse": (verdict == "worse", verdict in ("better", "equal")),
            "equal": (verdict == "equal", far_better or far_worse),
            "no worse": (verdict in ("better", "equal") or low > -margin, far_worse),
            "no better": (verdict in ("worse", "equal") or high < margin, far_better),
        }[self.says]
        return REPRODUCED if yes else CONTRADICTED if no else NOT_DECIDED

    def _why(self, row, metric):
        return (
            f"{self.arm} against {self.than} on {self.task}: {row.verdict}, {row.difference:+.3g} "
            f"[{row.low:+.3g}, {row.high:+.3g}] on test {metric.name}, p = {row.p:.2g}, "
            f"{row.draws} draws{_failures(row)}{_undecided(row)}."
        )


def _failures(row):
    failed = row.failed + row.failed_reference
    return f", of which {row.failed} and {row.failed_reference} failed" if failed else ""


def _undecided(row):
    """What an undecided study could have seen, or why it could see nothing."""
    if row.verdict != "not decided":
        return ""
    return f"; {row.reason or f'a difference of {row.smallest:.2g} would probably have been seen'}"
