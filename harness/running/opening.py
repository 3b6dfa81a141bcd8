"""What is done before a study's first trial: cells are certified, its folder and trials opened."""

from functools import partial

from ..errors import StudyError
from ..searching import reading, served, where
from ..searching.rungs import rungs
from ..trials.training import budget
from ..trials.trial import completed
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


def never_pruned(study, splits):
    """The tasks whose trials are too short to be pruned, though that was asked for.

    Args:
        study: the study.
        splits: the data of each task.

    Returns:
        list of (name of the task, updates of a trial, updates before which none is pruned).
    """
    if not (study.pruning or study.pruner):
        return []
    pairs = zip(study.tasks, splits, strict=True)
    found = [(task, _longest(study, task, data.train)) for task, data in pairs]
    return [(task.name, b.updates, b.min_updates) for task, b in found if not b.rungs]


def _longest(study, task, train):
    """The budget of a trial in the middle of the search space, of the cell that trains longest."""
    pruned = partial(rungs, first=0.5 if study.pruner is None else 0.0)
    middles = [(c, *schedule.middle(c)) for c in study.of_task(task)]
    settings = [completed(task, c.variant(**own), given) for c, given, own in middles]
    return max((budget(task, train, s, pruned) for s in settings), key=lambda b: b.updates)
