"""What a file of an archive holds."""

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..framework.errors import TaskError


class Cases(NamedTuple):
    """Sequences with their labels or targets, in the order of the file.

    sequences: (t, D) float64 each, NaN where a value is missing.
    targets: (N,) words (classes) or float64 (numbers to predict).
    classes: all labels in the order of the header, or sorted if there is none; () for numbers.
    notes: what was left out, a sentence each.
    """

    sequences: list[np.ndarray]
    targets: np.ndarray
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Reader = Callable[[Path], Cases]
PARTS = ("train", "test")


def pair(path: str | PathLike) -> tuple[Path, Path | None]:
    """The training file and the test file beside it, whichever of them is named.

    ``GunPoint_TRAIN.ts`` belongs to ``GunPoint_TEST.ts``. A file that is called neither, or that
    stands alone, has no test.

    Raises:
        TaskError: a test file without a training file.
    """
    path = Path(path)
    part = path.stem.rpartition("_")[2]
    if part.lower() not in PARTS:
        return path, None
    train, test = (_beside(path, part, other) for other in PARTS)
    if train is None:
        raise TaskError(f"{path} is for testing, and the file to train on is not beside it")
    return train, test


def name_without_part(path: Path) -> str:
    """The data set's name: ``GunPoint`` of ``GunPoint_TRAIN.ts``."""
    name, _, part = path.stem.rpartition("_")
    return name if part.lower() in PARTS else path.stem


def numbered(labels: Sequence[str], classes: Sequence[str], where: str) -> np.ndarray:
    """The places of labels among the classes, (N,) int64.

    Raises:
        TaskError: a label is none of them.
    """
    place_of = {name: k for k, name in enumerate(classes)}
    for i, label in enumerate(labels):
        if label not in place_of:
            raise TaskError(f"{where}: case {i + 1} has the unlisted class {label!r}")
    return np.array([place_of[label] for label in labels], np.int64)


def _beside(path, part, other):
    """The file whose name has another part in its place, in the same letters."""
    for name in (other.upper(), other, other.capitalize()):
        if part.lower() == other:
            return path
        found = path.with_stem(path.stem[: -len(part)] + name)
        if found.is_file():
            return found
    return None
