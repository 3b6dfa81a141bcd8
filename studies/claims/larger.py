"""Claims that rest on a larger study: its draws, and one look at them."""

import pandas as pd

from gatelab import variants
from gatelab.errors import ClaimError

from . import draws


def draws_of(claim, folder):
    """The draws of a claim that rests on a larger study, from that study's folder.

    Raises:
        ClaimError: the study has not been run, or has not all the claim's arms.
    """
    try:
        trials = pd.read_csv(folder / "trials.csv")
    except FileNotFoundError:
        raise ClaimError(
            f"{claim.name} rests on the study {claim.study}; {folder} holds no trials.csv: run it "
            f"first (gatelab report {folder} writes the file of an unfinished one)"
        ) from None
    arms = {variants.get(arm.cell).name: arm.name for arm in claim.arms.values()}
    mine = trials[trials.variant.isin(arms) & trials.task.isin(claim.tasks)]
    there = {*zip(mine.variant.map(arms), mine.task, strict=True)}
    for arm in claim.arms.values():
        for task in arm.tasks:
            if (arm.name, task) not in there:
                raise ClaimError(
                    f"{claim.name} needs {arm.cell} on {task}, which is not in {folder}"
                )
    return draws.of_trials(claim, arms, mine)


def refuse_second_look(claim, found, kept):
    """Refuse to decide again, on more draws, what a larger study's draws have decided.

    Args:
        found: frame of the draws.
        kept: the ``Kept`` draws that decided; None if none did.

    Raises:
        ClaimError: there are more draws than before.
    """
    if kept and len(kept.draws) != len(found):
        raise ClaimError(
            f"{claim.name} was decided on {len(kept.draws)} trials; on more it would be a second "
            "look, and a false alarm likelier: give another --out for that"
        )
