"""The best network of a study, ready for new data."""

from pathlib import Path

from gatelab.tasks.user_data.own_files import name_of
from gatelab.tasks.user_data.spelled import FILE

from ..errors import StudyError
from ..foundation.errors import unknown
from ..networks.network import Network
from ..serving import kept
from ..serving.fitted import Fitted
from .rows import best_of


def of_study(ledger, task=None, cell=None) -> Fitted:
    """The network that was best on validation, with its preparation.

    Args:
        ledger: ``Ledger`` of a study.
        task: name of a task, or its file as it was typed; may be None in a study of one task.
        cell: name of a variant; None for the best of all.

    Raises:
        StudyError: there is no such task or cell, or no weights of it.
        VariantError: the cell is a user's own, and its file was not imported.
    """
    row = _row(ledger, _task(ledger, task), cell)
    weights = (
        ledger.out / "weights" / row.task.name / row.variant / f"trial-{row.best.slot:04d}.npz"
    )
    if not weights.exists():
        raise StudyError(f"no weights in {weights}: run the study's command again, it continues")
    return Fitted(
        Network.load(weights, backend="numpy"),  # one answer at a time: nothing to compile for
        kept.load(ledger.out, row.task.name),
        row.task.name,
        row.variant,
        row.metric.name,
        row.best.score("valid", row.metric.name),
    )


def _task(ledger, task):
    names = [each.name for each in ledger.tasks]
    if task is None and len(names) == 1:
        return names[0]
    if task is None:
        raise StudyError(f"{ledger.out} has several tasks; name one: {', '.join(names)}")
    asked = str(getattr(task, "name", task))
    for name in (asked, asked.partition(":")[0], _of_file(asked)):
        if name in names:
            return name
    raise unknown(f"task in {ledger.out}", asked, names, StudyError)


def _of_file(asked):
    file = FILE.fullmatch(asked)
    return name_of(Path(file[1])) if file else None


def _row(ledger, task, cell):
    rows = {row.variant: row for row in ledger.of_task(task)}
    if cell is not None and cell not in rows:
        raise unknown(f"cell in {ledger.out}", cell, rows, StudyError)
    asked = rows.values() if cell is None else [rows[cell]]
    found = best_of(asked)
    if found is None:
        raise StudyError(
            f"{ledger.out} has no complete trial of {cell or 'any cell'} on {task} yet"
        )
    return found
