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

from . import draws, larger

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
    refuse_changed(claim, out)
    kept = draws.read(claim, out)
    if claim.study:
        found = larger.draws_of(claim)
        larger.refuse_second_look(claim, found, kept)
    else:
        found = kept.draws if kept else _trained(claim, out, workers, quiet)
    if kept is None:  # else they stay as they were written, with the commit that made them
        note(claim, out)
        draws.write(claim, found, out)
    return found


def _trained(claim, out, workers, quiet):
    begun = studies(claim, out, workers, quiet)  # refuses before anything is written
    note(claim, out)
    parts = [draws.of_trials(claim, arms, study.run().trials) for arms, study in begun]
    return pd.concat(parts, ignore_index=True)


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
        "quiet": quiet, "out": out, "page": False,
    }  # fmt: skip
    study = Study([claim.task(name) for name in first.tasks], cells, **(asked | changed))
    return {cell.name: arm.name for cell, arm in zip(cells, arms, strict=True)}, study


def refuse_changed(claim, out):
    """Refuse a claim that was changed after its first trial.

    Raises:
        ClaimError: the claim is not the one whose study began in ``out``.
    """
    path = Path(out) / NOTE
    if not path.exists():
        return
    kept = json.loads(path.read_text())
    if kept["digest"] != claim.digest:
        raise ClaimError(
            f"{claim.name} was changed after its study began on {kept['begun']}: what is decided "
            "is fixed before; undo the change, or give another --out"
        )


def note(claim, out):
    """Keep the claim as it is before its first trial."""
    path = Path(out) / NOTE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"digest": claim.digest, "begun": str(date.today())}))
