"""What is done before a study's first trial: cells are certified, its folder and trials opened."""

from ..errors import StudyError
from ..searching import reading, served, where
from . import admission, folder, lost, moving, schedule, weights
from .rewritten import rewritten
from .rounds import open_rounds


def admit(study, identity, pool, progress):
    """Certify the cells, then write: a study with a cell that fails writes nothing.

    Raises:
        StudyError: a cell fails, or the folder holds another study.
    """
    certificates = admission.admit(study.comparisons, pool, progress)
    storage = where.settled(study.out, study.storage)
    words = rewritten(study.out, study.variants)
    if others := folder.agree(study.out, identity, storage=storage, words=words):
        progress.other_processors(others)
    progress.diary.open(study.out)
    _settle_down(study, shared=bool(storage or study.tracking_uri))
    for c in study.comparisons:
        admission.write(certificates[c.variant.name], c.certificate)


def _settle_down(study, shared):
    """Note where the study lives; a copy on a server gets its original's trials."""

    def copy(old, new):
        if address := where.address_of(study.out, study.storage):
            with where.opening(study.out):
                served.copy(address, old, new)

    moving.settle(study.out, study.as_copy, shared, copy)


def open_searches(study, storage):
    """Open the search of each row.

    Raises:
        StudyError: one holds more trials than the budget, or all trials are gone.
    """
    for c in study.comparisons:
        schedule.open_search(c, storage)
        held = len(c.search.ended)
        if held > study.trials:  # best of 20 against best of 10 is unfair
            raise StudyError(
                f"{study.out} holds {held} trials of {c.name}; ask for as many, or use another "
                "folder"
            )
    if not any(c.search.ended for c in study.comparisons) and not reading.any_ended(storage):
        lost.refuse(study.out, storage.place)


def take_up(study, storage, progress):
    """Settle the plan before the first trial, and go on where the last session ended."""
    study.plan = study.plan.after(folder.plans(study.out), [v.name for v in study.variants])
    seen = sum(len(c.search.ended) for c in study.comparisons)
    progress.planned(folder.settle(study.out, study.plan, seen))  # says if it changed after a look
    for task in study.tasks:
        open_rounds(study.of_task(task), storage)
    for c in study.comparisons:
        weights.tidy(c)
