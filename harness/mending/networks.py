"""The files of trained networks: the weights of each cell's best trial, and checkpoints."""

from ..errors import GatelabError, StudyError
from ..foundation.errors import first_line
from ..networks import saving
from ..reporting.ledger import Ledger
from ..running import weights
from ..searching.forgetting import forget
from ..trials import checkpoints
from .finding import Finding, deleted, put_aside

AGAIN = "the trial is opened again, so that the study's command trains it, to the same numbers"


def findings(out):
    """What is wrong with weights, certificates and checkpoints.

    Args:
        out: the study's folder.

    Yields:
        Finding.
    """
    try:
        ledger = Ledger.read(out)
        rows, draws = ledger.rows, ledger.plan["draws"]
    except StudyError:  # what is wrong there is found elsewhere
        rows, draws = [], 0
    for row in rows:
        if row.best and (path := weights.find(row.best, out)):
            if path.exists():
                yield from _of_weights(out, row, path)
            elif len(row.records) >= draws:  # before, it may not be the best
                yield Finding(_name(path, out), "is not there", AGAIN, _opening(out, row))
        yield from _of_certificate(out, row)
    for file in sorted((out / "checkpoints").rglob("*.[01]")):
        if checkpoints.read(file) is None:
            way_out = "the trial's other checkpoint is used, or the trial begins again"
            yield Finding(_name(file, out), "is damaged", way_out, deleted(file))


def _of_weights(out, row, path):
    try:
        saving.read(path)
    except GatelabError as error:
        wrong = f"is damaged ({first_line(error).removeprefix(f'{path} ')})"
        yield Finding(_name(path, out), wrong, AGAIN, _opening(out, row, path))


def _opening(out, row, damaged=None):
    """A way to mend: open the best trial of a row again, as if it had not been trained."""

    def mend():
        said = f"the damaged file put aside as {put_aside(damaged)}, " if damaged else ""
        forget(out, row.name, row.best.trial)
        return f"{said}trial {row.best.slot} of {row.name} opened again: run the study's command"

    return mend


def _of_certificate(out, row):
    file = out / "certificates" / row.task.name / row.variant / "certificate.txt"
    if not file.exists() or not file.stat().st_size:
        wrong = "is empty" if file.exists() else "is not there"
        yield Finding(_name(file, out), wrong, "the study's command writes it at its next start")


def _name(path, out):
    return path.relative_to(out).as_posix()
