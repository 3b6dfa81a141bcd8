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
        if row.best:
            over = len(row.records) >= draws  # before, it may not be the best
            yield from _of_weights(out, row.name, row.best, over)
        if row.best and (final := row.best_of(row.finals)):
            yield from _of_weights(out, f"{row.name}/best {row.best.slot}", final, ledger.finished)
        yield from _of_certificate(out, row)
    for file in sorted((out / "checkpoints").rglob("*.[01]")):
        if checkpoints.read(file) is None:
            way_out = "the trial's other checkpoint is used, or the trial begins again"
            yield Finding(_name(file, out), "is damaged", way_out, deleted(file))


def _of_weights(out, search, best, over):
    """What is wrong with the weights of the best run of a search.

    Args:
        out: the study's folder.
        search: name of the search.
        best: the run's Record.
        over: whether its weights have to be there.
    """
    path = weights.find(best, out)
    if path is None:
        return
    if not path.exists():
        if over:
            yield Finding(_name(path, out), "is not there", AGAIN, _opening(out, search, best))
        return
    try:
        saving.read(path)
    except GatelabError as error:
        wrong = f"is damaged ({first_line(error).removeprefix(f'{path} ')})"
        yield Finding(_name(path, out), wrong, AGAIN, _opening(out, search, best, path))


def _opening(out, search, best, damaged=None):
    """A way to mend: open the best run of a search again, as if it had not been trained."""

    def mend():
        said = f"the damaged file put aside as {put_aside(damaged)}, " if damaged else ""
        forget(out, search, best.trial)
        return f"{said}trial {best.slot} of {search} opened again: run the study's command"

    return mend


def _of_certificate(out, row):
    file = out / "certificates" / row.task.name / row.variant / "certificate.txt"
    if not file.exists() or not file.stat().st_size:
        wrong = "is empty" if file.exists() else "is not there"
        yield Finding(_name(file, out), wrong, "the study's command writes it at its next start")


def _name(path, out):
    return path.relative_to(out).as_posix()
