"""The rule for a published number."""

from dataclasses import dataclass
from typing import ClassVar

from scipy.stats import ttest_1samp

from .outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED, Outcome

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Number:
    """Whether the mean test score over seeds is within a tolerance of a published number.

    Reproduced if Student's interval of the mean lies within the tolerance, contradicted if it lies
    outside, not decided if it crosses a limit or if a seed failed.

    Attributes:
        arm: of the claim, with fixed settings.
        task: of the claim.
        says: one of SAYS.
        value: the published number.
        tolerance: largest distance that counts as the same number.
    """

    SAYS: ClassVar = ("scores",)

    arm: str
    task: str
    says: str
    value: float
    tolerance: float

    @property
    def words(self):
        """The statement as a phrase."""
        return f"{self.arm} scores {self.value:g} on {self.task}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return f"95% interval of the mean within ±{self.tolerance:g}"

    def least(self, claim):
        """The least number of seeds that can decide: one has no interval."""
        return 2

    def decide(self, claim, draws):
        mine = draws[(draws.arm == self.arm) & (draws.task == self.task)]
        tests = mine.test[mine.state == "complete"]
        what = f"{self.arm} on {self.task}"
        if len(tests) < max(2, len(mine)):
            lost = len(mine) - len(tests)
            return Outcome(NOT_DECIDED, f"{what}: {lost} of {len(mine)} seeds failed.")
        low, high = ttest_1samp(tests, 0).confidence_interval(CONFIDENCE)
        least, most = self.value - self.tolerance, self.value + self.tolerance
        inside, outside = least <= low and high <= most, high < least or most < low
        return Outcome(
            REPRODUCED if inside else CONTRADICTED if outside else NOT_DECIDED,
            f"{what}: {tests.mean():.4g} [{low:.4g}, {high:.4g}] {claim.metric(self.task).name}, "
            f"mean of {len(tests)} seeds; published {self.value:g}, tolerance {self.tolerance:g}.",
        )
