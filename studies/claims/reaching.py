"""The rules for "A can learn it" and "A cannot": how many draws reach a score."""

import math
from dataclasses import dataclass
from typing import ClassVar

from scipy.stats import binomtest

from .outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED, Outcome

LEVEL = 0.05


def reached(draws, arm, task, metric, score):
    """Whether each draw of an arm reached a score on test; a failed one did not.

    Returns:
        Series of bool by draw.
    """
    mine = draws[(draws.arm == arm) & (draws.task == task)].set_index("draw")
    far = mine.test <= score if metric.direction == "minimize" else mine.test >= score
    return (far & (mine.state == "complete")).sort_index()


@dataclass(frozen=True)
class Reach:
    """Whether any draw of an arm reaches a score.

    One success decides that an arm can. That it cannot is never proven by trying: if no draw of n
    reaches the score, the share of the search space that would is below a bound (Clopper and
    Pearson, one-sided, 95%). If the bound is below ``share``, the rule takes it for "cannot".

    Attributes:
        arm: of the claim.
        task: of the claim.
        says: one of SAYS.
        score: on test.
        share: of the draws that an arm which can learn the task would reach it with, at least.
    """

    SAYS: ClassVar = ("can reach", "cannot reach")

    arm: str
    task: str
    says: str
    score: float
    share: float

    @property
    def words(self):
        """The statement as a phrase."""
        return f"{self.arm} {self.says} {self.score:g} on {self.task}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return f"one draw that can; “cannot” is less than {self.share:.0%} of all draws, at 95%"

    def least(self, claim):
        """The least number of draws that can decide either way."""
        return math.ceil(math.log(LEVEL) / math.log(1 - self.share))

    def decide(self, claim, draws):
        metric = claim.metric(self.task)
        found = reached(draws, self.arm, self.task, metric, self.score)
        k, n = int(found.sum()), len(found)
        bound = binomtest(k, n, alternative="less").proportion_ci(1 - LEVEL, "exact").high
        can, cannot = k > 0, k == 0 and bound < self.share
        yes, no = (can, cannot) if self.says == "can reach" else (cannot, can)
        state = REPRODUCED if yes else CONTRADICTED if no else NOT_DECIDED
        what = f"{metric.name} {self.score:g} on {self.task}"
        if can:
            return Outcome(state, f"{self.arm}: {k} of {n} draws reached {what}.")
        best = _best(draws, self, metric)
        return Outcome(
            state,
            f"{self.arm}: none of {n} draws reached {what} ({best}); of all draws at most "
            f"{bound:.0%} would, at 95% (the rule: less than {self.share:.0%}).",
        )


@dataclass(frozen=True)
class Oftener:
    """Whether an arm reaches a score with more of the shared draws than another one.

    McNemar's exact test, two-sided, on the draws with which only one of both does.

    Attributes:
        arm: of the claim.
        task: of the claim.
        says: one of SAYS.
        than: the arm with which it is compared.
        score: on test.
    """

    SAYS: ClassVar = ("more often reaches",)

    arm: str
    task: str
    says: str
    than: str
    score: float

    @property
    def words(self):
        """The statement as a phrase."""
        return f"{self.arm} reaches {self.score:g} on {self.task} more often than {self.than}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return "McNemar's exact test on paired draws"

    def least(self, claim):
        """The least number of draws that can decide: 6, for p = 2 / 2 ** 6."""
        return math.ceil(1 - math.log2(LEVEL))

    def decide(self, claim, draws):
        metric = claim.metric(self.task)
        mine, other = (
            reached(draws, arm, self.task, metric, self.score) for arm in (self.arm, self.than)
        )
        only, not_mine = int((mine & ~other).sum()), int((other & ~mine).sum())
        p = float(binomtest(only, only + not_mine).pvalue) if only + not_mine else 1.0
        state = NOT_DECIDED
        if p < LEVEL:
            state = REPRODUCED if only > not_mine else CONTRADICTED
        return Outcome(
            state,
            f"{metric.name} {self.score:g} on {self.task}: {self.arm} with {mine.sum()} of "
            f"{len(mine)} draws, {self.than} with {other.sum()}; p = {p:.2g} (McNemar).",
        )


def _best(draws, statement, metric):
    mine = draws[(draws.arm == statement.arm) & (draws.task == statement.task)]
    tests = mine.test[mine.state == "complete"]
    if tests.empty:
        return "all failed"
    return f"best {tests.min() if metric.direction == 'minimize' else tests.max():.4g}"
