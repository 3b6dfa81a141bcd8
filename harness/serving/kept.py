"""Where a study keeps the preparation of a task, which belongs to all networks of that task."""

from pathlib import Path

from gatelab.tasks import Task
from gatelab.tasks.preparation import files
from gatelab.tasks.preparation.preparation import Preparation

from ..errors import StudyError
from ..trials.trial import preparation_of

NAME = "preparation.json"


def path_of(out: Path, task: str) -> Path:
    """The file of a task, beside the weights of its networks."""
    return Path(out) / "weights" / task / NAME


def beside(weights: Path) -> Path | None:
    """The file of the preparation that belongs to a file of weights; None if there is none."""
    path = weights.parent.parent / NAME
    return path if path.exists() else None


def keep(out: Path, task: Task, seed: int) -> None:
    """Write the preparation of a task, if it has one.

    Args:
        seed: the study's, which divides the data.

    Raises:
        StudyError: the folder cannot be written.
    """
    found = preparation_of(task, seed)
    if found is None:
        return
    path = path_of(out, task.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.save(found, path)
    except OSError as error:
        raise StudyError(f"cannot write to {path.parent}: {error.strerror}") from None


def load(out: Path, task: str) -> Preparation | None:
    """The preparation that a study keeps; None if the task has none.

    Raises:
        TaskError: its file is damaged.
    """
    path = path_of(out, task)
    return files.load(path) if path.exists() else None
