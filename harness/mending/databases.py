"""``optuna.db``, which holds the records, and ``mlflow.db``, a view of them."""

import sqlite3

from ..errors import StudyError
from ..foundation import sqlite
from ..foundation.errors import first_line
from ..reporting.facts import TaskFacts, read_about
from ..running import lost
from ..searching import reading, salvage, study_json
from ..searching.storage import has_tables, miscounted
from . import settings
from .finding import Finding, aside, put_aside

TRIALS, LOG = "optuna.db", "mlflow.db"
AGAIN = "the study's command makes it anew from the records, and so does gatelab sync"


def findings(out):
    """What is wrong with the two databases.

    Args:
        out: the study's folder.

    Yields:
        Finding.
    """
    kept = _settings(out)
    if (kept or settings.copy(out) or {}).get("storage"):
        if kept:  # else study.json is mended first
            yield from _on_a_server(out)
    else:
        yield from _of_trials(out)
    if (out / LOG).exists() and (wrong := _damage(out / LOG)):
        yield Finding(LOG, wrong, AGAIN, aside(out / LOG))


def _damage(file):
    try:
        return sqlite.damage(file)
    except sqlite3.OperationalError as error:  # by a process that is no conductor
        return f"cannot be read now ({error})"


def _on_a_server(out):
    try:
        held = reading.read(out)
    except StudyError as error:
        yield Finding(study_json.NAME, first_line(error), "see to the server, then look again")
        return
    if not any(held.values()) and (traces := lost.traces(out)):
        yield _lost(out, "holds no trials", traces, "the database on the server")


def _of_trials(out):
    wrong, traces = _damage(out / TRIALS), lost.traces(out)
    if wrong in ("is not there", "is no file", "is empty"):
        if traces or wrong != "is not there":
            yield _lost(out, wrong, traces)
    elif wrong:
        way_out = f"what can be read is saved, and {_trained_again(out)}"
        yield Finding(TRIALS, wrong, way_out, lambda: _salvaged(out))
    elif not _settings(out):  # until these are mended, it is not known whether trials are missing
        return
    elif not has_tables(out / TRIALS):
        yield _lost(out, "holds no trials", traces)
    elif said := _unreadable(out):
        yield Finding(TRIALS, said, "use the version of gatelab that wrote it")
    elif traces and not any(reading.read(out).values()):
        yield _lost(out, "holds no trials", traces)
    elif names := miscounted(out / TRIALS):
        wrong = f"lacks trials of {', '.join(names)}, which somebody has deleted"
        way_out = f"all others are copied to a new file, and {_trained_again(out)}"
        yield Finding(TRIALS, wrong, way_out, lambda: _renumbered(out))


def _unreadable(out):
    """Why records that SQLite can read make no sense; "" if they do."""
    try:
        reading.read(out)
        return ""
    except StudyError as error:
        return first_line(error)


def _lost(out, wrong, traces, file=TRIALS):
    if not traces:
        return Finding(file, wrong, "nothing was in it; a new one is made", aside(out / TRIALS))
    way_out = (
        f"put a copy of it back: {traces}, but not all that belongs to their records. Without a "
        f"copy, what shows them is put aside, and {_trained_again(out)}"
    )
    return Finding(file, wrong, way_out, lambda: _begun_again(out))


def _begun_again(out):
    files = [out / name for name in (TRIALS, lost.LOG, lost.TABLE) if (out / name).exists()]
    return f"put aside as {', '.join(map(put_aside, files))}; {_trained_again(out)}"


def _salvaged(out):
    draft = out / "optuna.salvaged.db"
    draft.unlink(missing_ok=True)
    saved = salvage.salvage(out / TRIALS, draft, _metrics(out))
    if not saved:
        draft.unlink(missing_ok=True)
        return f"no record could be saved; {_begun_again(out)}"
    sqlite.analyze(draft)  # merges its log into the file
    kept = put_aside(out / TRIALS)
    draft.replace(out / TRIALS)
    count = f"{saved} record{'s' * (saved != 1)} saved"
    return f"{count}, the damaged file put aside as {kept}; {_trained_again(out)}"


def _renumbered(out):
    said = _salvaged(out)
    if (out / LOG).exists():  # its runs go by the numbers of trials, of which two may be equal
        said = f"{LOG} put aside as {put_aside(out / LOG)}; {said}"
    return said


def _trained_again(out):
    """What happens to lost records: under TPE, draws depend on all trials before."""
    again = "the study's command trains the rest again"
    sampler = _settings(out).get("sampler")
    if sampler is None:  # study.json is damaged as well
        return f"{again}, which under random search gives the same numbers"
    if sampler in ("random", "fixed"):
        return f"{again}, which gives the same numbers"
    return f"{again}; what the sampler then draws may differ, because it learns from the trials"


def _metrics(out):
    """{task: its Metric}, as far as is known."""
    try:
        tasks = read_about(out)["tasks"]
    except StudyError:
        return {}
    return {name: TaskFacts.from_json(name, data).metric for name, data in tasks.items()}


def _settings(out):
    try:
        return study_json.read(out) or {}
    except StudyError:  # found elsewhere
        return {}
