"""The studies of a claim, one per group of arms with the same settings, and the draws they give.

Arms of different studies are paired all the same: everything that a study draws depends on the
seed, the number of the draw and the name of what is drawn, and on nothing else.
"""

import json
from datetime import date
from pathlib import Path

import pandas as pd

from gatelab import Study, variants
from gatelab.errors import ClaimError

from . import draws

NOTE = "claim.json"  # the claim as it was when its first trial began
#: What a claim's rules do not use: they decide by the shared draws alone.
DRAWS_ONLY = {"finals": 0, "noise_draws": 0, "confirm": 0}


def run(claim, out, workers=2, quiet=False):
    """Run what is left of a claim's studies, and keep their draws in ``out``.

    Returns:
        the frame of all draws, as ``draws`` describes it.

    Raises:
        ClaimError: the claim has changed since its first trial.
        StudyError, VariantError, TaskError: the claim asks for what no study can do.
        KeyboardInterrupt: after Ctrl-C; all finished trials are kept.
    """
    if claim.study:
        found = of_larger(claim, Path(out).resolve().parents[1] / claim.study)
        note(claim, out)
        refuse_second_look(claim, found, out)
    else:
        begun = studies(claim, out, workers, quiet)  # refuses before anything is written
        note(claim, out)
        found = [_draws(claim, arms, study.run().trials) for arms, study in begun]
    found = pd.concat(found, ignore_index=True)
    draws.write(claim, found, out)
    return found


def of_larger(claim, folder):
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
    return [_draws(claim, arms, mine)]


def refuse_second_look(claim, found, out):
    """Refuse to decide again, on more draws, what a larger study's draws have decided.

    Raises:
        ClaimError: there are more draws than before.
    """
    kept = draws.read(claim, out)
    if kept and len(kept.draws) != sum(map(len, found)):
        raise ClaimError(
            f"{claim.name} was decided on {len(kept.draws)} trials; on more it would be a second "
            "look, and a false alarm likelier: give another --out for that"
        )


def studies(claim, out, workers=2, quiet=False, **changed):
    """The studies of a claim.

    Args:
        changed: arguments of ``Study`` to be replaced, such as ``trials=1``.

    Returns:
        list of ({name of a cell: name of its arm}, Study).
    """
    return [
        _study(claim, arms, Path(out) / "-".join(arm.name for arm in arms), workers, quiet, changed)
        for arms in groups(claim)
    ]


def groups(claim):
    """Lists of arms that one study can hold: with the same settings, on the same tasks."""
    found = {}
    for arm in claim.arms.values():
        found.setdefault(repr((sorted(arm.settings.items()), arm.tasks)), []).append(arm)
    return [*found.values()]


def _study(claim, arms, out, workers, quiet, changed):
    first = arms[0]
    cells = [variants.get(arm.cell) for arm in arms]
    budget = {"trials" if claim.searched else "seeds": claim.draws}
    asked = {
        **budget, **DRAWS_ONLY, "sampler": "random", "seed": claim.seed, "workers": workers,
        "settings": {**claim.settings, **first.settings}, "search": claim.search,
        "quiet": quiet, "out": out,
    }  # fmt: skip
    study = Study([claim.task(name) for name in first.tasks], cells, **(asked | changed))
    return {cell.name: arm.name for cell, arm in zip(cells, arms, strict=True)}, study


def _draws(claim, arms, trials):
    """The draws of some arms from a frame of trials.

    Args:
        arms: {name of a cell: name of its arm}.
    """
    metrics = {task: claim.metric(task).name for task in claim.tasks}
    searched = [f"params.{name}" for name in claim.search]
    pick = lambda row, part: row.get(f"{part}_{metrics[row.task]}")
    rows = [
        {
            "arm": arms[row.variant], "task": row.task, "draw": row.trial, "state": row.state,
            "valid": pick(row, "valid"), "test": pick(row, "test"),
            "parameters": row.parameters, "seconds": row.seconds,
            **{name: row[name] for name in searched},
        }
        for _, row in trials.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*draws.COLUMNS, *searched])


def note(claim, out):
    """Keep the claim as it is before its first trial; refuse one that was changed after it.

    Raises:
        ClaimError: the claim is not the one whose study began in ``out``.
    """
    path = Path(out) / NOTE
    if path.exists():
        kept = json.loads(path.read_text())
        if kept["digest"] != claim.digest:
            raise ClaimError(
                f"{claim.name} was changed after its study began on {kept['begun']}: what is "
                "decided is fixed before; undo the change, or give another --out"
            )
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"digest": claim.digest, "begun": str(date.today())}))
