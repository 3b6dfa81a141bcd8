"""The draws of a claim as a file: a row per draw, below lines that say where they are from.

The columns: ``arm``, ``task``, ``draw``; ``state``, "complete" or "failed"; ``valid`` and ``test``,
scores in the task's metric; ``parameters``; ``seconds`` of training; ``params.<name>`` for every
setting in the claim's search.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from gatelab.errors import ClaimError
from gatelab.foundation import origin

COLUMNS = ["arm", "task", "draw", "state", "valid", "test", "parameters", "seconds"]
HEAD = re.compile(r"# claim (?P<digest>[0-9a-f]{16})\n# (?P<origin>[^\n]+)\n")


class Kept(NamedTuple):
    """The draws of a file, and the line that says where they are from."""

    draws: pd.DataFrame
    origin: str


def of_trials(claim, arms, trials):
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
    return pd.DataFrame(rows, columns=[*COLUMNS, *searched])


def path_of(claim, folder):
    """The file of a claim's draws in a folder."""
    return Path(folder) / f"{claim.name}.csv"


def write(claim, draws, folder):
    """Write the draws of a finished study."""
    rows = draws.round({"seconds": 2}).to_csv(index=False)
    head = f"# claim {claim.digest}\n# {origin.line()}\n"
    path_of(claim, folder).write_text(head + rows, encoding="utf-8")


def read(claim, folder):
    """The draws of a claim; None if its study has not ended.

    Raises:
        ClaimError: they are those of another claim, or of this one before it was changed.
    """
    path = path_of(claim, folder)
    if not path.exists():
        return None
    head = HEAD.match(path.read_text(encoding="utf-8"))
    if head is None or head["digest"] != claim.digest:
        raise ClaimError(
            f"{path} holds draws of another claim than {claim.name} is today; what is decided is "
            "fixed before: undo the change, or run it anew"
        )
    return Kept(pd.read_csv(path, comment="#"), head["origin"])
