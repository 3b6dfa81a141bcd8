"""The rule for "the learning rate explains two thirds of the variance"."""

from dataclasses import dataclass
from typing import ClassVar

from gatelab.statistics.importance import LEAST, importance

from .outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED, Outcome

#: Share of the variance that a forest must predict for new draws, or its shares mean little.
LEAST_EXPLAINED = 0.3


@dataclass(frozen=True)
class Explains:
    """Whether a setting explains a share of the variance of the test scores over the search.

    By a forest on the ranks of an arm's draws, with an interval from resampled draws. Reproduced if
    the interval lies above the share, contradicted if it lies below.

    Attributes:
        arm: of the claim.
        task: of the claim.
        says: one of SAYS.
        setting: a name in the claim's search space.
        share: of the variance.
    """

    SAYS: ClassVar = ("explains at least",)

    arm: str
    task: str
    says: str
    setting: str
    share: float

    @property
    def words(self):
        """The statement as a phrase."""
        return f"{self.setting} explains {self.share:.0%} or more of {self.arm} on {self.task}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return "a forest's share of the variance of the ranks, 95% interval"

    def least(self, claim):
        """The least number of draws that can decide."""
        return LEAST

    def decide(self, claim, draws):
        mine = draws[(draws.arm == self.arm) & (draws.task == self.task)]
        params = mine.filter(like="params.").rename(columns=lambda name: name[len("params.") :])
        tests = mine.test.where(mine.state == "complete")
        found = importance(params, claim.search, tests, claim.metric(self.task).direction)
        row = found.main.set_index("name").loc[self.setting]
        known = found.explained >= LEAST_EXPLAINED
        yes, no = known and row.low >= self.share, known and row.high < self.share
        unknown = "" if known else f"; it explains only {found.explained:.0%} of new draws"
        return Outcome(
            REPRODUCED if yes else CONTRADICTED if no else NOT_DECIDED,
            f"{self.arm} on {self.task}: {self.setting} {row.share:.0%} [{row.low:.0%}, "
            f"{row.high:.0%}] of the variance, by a forest on {found.draws} draws{unknown}.",
        )
