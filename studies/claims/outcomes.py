"""The three outcomes of a claim, and the sentence that says why."""

from typing import NamedTuple

REPRODUCED, CONTRADICTED, NOT_DECIDED = "reproduced", "contradicted", "not decided"


class Outcome(NamedTuple):
    """What the draws say of a statement.

    Attributes:
        state: REPRODUCED, CONTRADICTED or NOT_DECIDED.
        why: a sentence.
    """

    state: str
    why: str


def together(outcomes):
    """The state of a claim: reproduced if all its statements are, contradicted if one is.

    Every statement is tested at 5% by itself. A claim is reproduced only if each of them passes, so
    that needs no correction for their number (Berger 1982, Technometrics 24(4)).
    """
    states = {outcome.state for outcome in outcomes}
    if CONTRADICTED in states:
        return CONTRADICTED
    return REPRODUCED if states == {REPRODUCED} else NOT_DECIDED
