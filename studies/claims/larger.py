"""Claims that rest on a larger study: its draws, and one look at them."""

from pathlib import Path

from gatelab import variants
from gatelab.errors import ClaimError

from .. import drawn
from . import draws

RESULTS = Path(__file__).parents[2] / "docs" / "results"  # in a checkout


def draws_of(claim):
    """The draws of a claim that rests on a larger study, from the file that the study publishes.

    Raises:
        ClaimError: the study has not been run, or has not all the claim's arms.
    """
    path = RESULTS / f"{claim.study}.csv"
    if not path.exists():
        raise ClaimError(f"{claim.name} rests on the study {claim.study}: run it first, for {path}")
    names = {name: f"params.{name}" for name in claim.search}
    found = drawn.read(path).rename(columns={"variant": "arm", **names})
    arms = {variants.get(arm.cell).name: arm.name for arm in claim.arms.values()}
    found = found[found.arm.isin(arms) & found.task.isin(claim.tasks)].replace({"arm": arms})
    there = {*zip(found.arm, found.task, strict=True)}
    for arm in claim.arms.values():
        for task in arm.tasks:
            if (arm.name, task) not in there:
                raise ClaimError(f"{claim.name} needs {arm.cell} on {task}, which is not in {path}")
    return found[[*draws.COLUMNS, *names.values()]].reset_index(drop=True)


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
