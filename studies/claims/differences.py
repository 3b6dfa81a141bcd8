"""The rule for "A is better than B" and its like: arm against arm, draw by draw."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from gatelab.reporting.words import sentence
from gatelab.statistics import verdicts
from gatelab.statistics.fewest import least_draws

from .outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED, Outcome
from .reaching import reached

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
        learned: score on test that at least one draw of either arm must reach; if none does, the
            two are equal in having learned nothing, which decides nothing. NaN asks for no score.
    """

    SAYS: ClassVar = ("better", "worse", "equal", "no worse", "no better")

    arm: str
    task: str
    says: str
    than: str
    margin: float
    learned: float = math.nan

    @property
    def words(self):
        """The statement as a phrase."""
        link = "to" if self.says == "equal" else "than"
        return f"{self.arm} is {self.says} {link} {self.than} on {self.task}"

    @property
    def rule(self):
        """The rule as a phrase."""
        return f"paired draws, margin {self.margin:g}"

    def least(self, claim):
        """The least number of draws that can decide."""
        return least_draws(len(self._family(claim)))

    def decide(self, claim, draws):
        metric = claim.metric(self.task)
        row = self._verdict(claim, draws, metric)
        if not math.isnan(self.learned) and not self._has_learned(draws, metric):
            why = f"neither arm reached {self.learned:g}, so the task was not learned"
            return Outcome(NOT_DECIDED, f"{sentence(row)}; but {why}.")
        gains = sorted(GAIN[metric.direction] * end for end in (row.low, row.high))
        return Outcome(self._state(row.verdict, *gains), f"{sentence(row)}.")

    def _verdict(self, claim, draws, metric):
        """The arm's row as ``Result.verdicts`` has it."""
        arms = [self.than, *self._family(claim)]
        mine = draws[(draws.task == self.task) & draws.arm.isin(arms)]
        mine = mine.rename(columns={"arm": "variant"})
        found = verdicts(mine, self.than, metric.direction, margin=self.margin)
        weights = mine.pivot(index="draw", columns="variant", values="parameters")
        beside = {
            "task": self.task, "metric": metric.name, "direction": metric.direction,
            "weights_ratio": (weights[self.arm] / weights[self.than]).median(),
            "speed_ratio": np.nan,  # the machine may have been busy with something else
        }  # fmt: skip
        return pd.Series(found[found.variant == self.arm].iloc[0].to_dict() | beside)

    def _has_learned(self, draws, metric):
        arms = (self.arm, self.than)
        return any(reached(draws, a, self.task, metric, self.learned).any() for a in arms)

    def _family(self, claim):
        """The arms over which Holm adjusts: all that face the same one here."""
        return [s.arm for s in claim.statements if self._is_beside(s)]

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
