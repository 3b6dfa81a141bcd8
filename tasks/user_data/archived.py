"""Tasks from files of the archives of time series, whose split is given."""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..archives.arff import read_arff
from ..archives.cases import Cases, name_without_part, numbered, pair
from ..archives.rows import read_rows
from ..archives.ts import read_ts
from ..framework.batches import Batch
from ..framework.errors import TaskError
from ..framework.task import Task
from ..shared.partition import HOLD_OUT
from ..tables.text import existing
from .arrays import Arrays
from .labels import numbering, wanted
from .own_files import name_of
from .plain import few
from .reading import FEWEST
from .sequences import sequences
from .splitting import each_class_in_each_split, few_held_out, held_out


class Archive(Arrays):
    """Sequences of an archive, with the test split that was given.

    A fifth of the training file, drawn by the study's rng and stratified by class, is for
    validation; ``validation="none"`` trains on the whole file, and what is then called validation
    is a look at training sequences. Inputs are scaled to mean 0 and variance 1 over the training
    steps unless ``standardise=False``. Baselines as for arrays.
    """

    standardise = True
    validation = "fifth"
    choices: ClassVar = {"validation": HOLD_OUT}

    def __init__(self, train: Batch, test: Batch, kind: str, labels=(), notes=(), **options: Any):
        super().__init__(train, kind, labels, notes, **options)
        self.test, self.has_validation = test, self.validation != "none"
        if kind == "classification":  # the test may have classes that training lacks
            self.outputs = int(max(train.y.max(), test.y.max())) + 1

    def _parts(self, rng):
        classes = self.kind == "classification"
        train, valid = held_out(rng, self.batch.y, classes, self.validation)
        return [self.batch.rows(train), self.batch.rows(valid), self.test]


def from_ts(
    path: str | PathLike,
    test: str | PathLike | None = None,
    missing: Any = None,
    fill: str | None = None,
    validation: str = Archive.validation,
    standardise: bool = Archive.standardise,
    name: str | None = None,
    **options: Any,
) -> Task:
    """Make a task from a .ts file of a time-series archive, as aeon and sktime read them.

    Equal or unequal lengths, one channel or several; classes (@classLabel) or numbers to predict
    (@targetLabel).

    Args:
        path: the training file. ``NAME_TEST.ts`` beside ``NAME_TRAIN.ts`` is its test split.
        test: another test file. Without any, a fifth of ``path`` is the test.
        missing: labels that mean "none"; their sequences are left out.
        fill: fills missing values: "interpolate" or "previous".
        name: name of the task; None for that of the files.
        validation: "fifth", or "none" to train on the whole file; needs a test file.
        standardise: scale inputs to mean 0 and variance 1 over the training steps.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        a classification or a regression; see ``Archive``.

    Raises:
        TaskError: a file, or an option, cannot be used.
    """
    options |= {"validation": validation, "standardise": standardise}
    return _made(read_ts, path, test, missing, fill, name, options)


def from_arff(
    path: str | PathLike,
    test: str | PathLike | None = None,
    missing: Any = None,
    fill: str | None = None,
    validation: str = Archive.validation,
    standardise: bool = Archive.standardise,
    name: str | None = None,
    **options: Any,
) -> Task:
    """Make a task from an .arff file of a time-series archive; everything else as ``from_ts``."""
    options |= {"validation": validation, "standardise": standardise}
    return _made(read_arff, path, test, missing, fill, name, options)


def from_rows(
    path: str | PathLike,
    test: str | PathLike | None = None,
    label: str | None = None,
    kind: str = "classification",
    missing: Any = None,
    fill: str | None = None,
    validation: str = Archive.validation,
    standardise: bool = Archive.standardise,
    name: str | None = None,
    **options: Any,
) -> Task:
    """Make a task from a table with a sequence per row, such as the .tsv files of the UCR archive.

    Args:
        label: the column of labels: its name, "first" or "last". None takes the one called label,
            class, target or y, or, if no line of names stands above, the first.
        kind: "classification" or "regression".
        path, test, missing, fill, validation, standardise, name, options: as for ``from_ts``.

    Returns:
        the task; see ``Archive``.

    Raises:
        TaskError: a file, or an option, cannot be used.
    """
    if kind not in ("classification", "regression"):
        raise TaskError(f"kind of rows must be classification or regression, got {kind!r}")
    read = lambda file: read_rows(file, label, kind == "regression")
    options |= {"validation": validation, "standardise": standardise}
    return _made(read, path, test, missing, fill, name, options)


def _made(read: Callable[[Path], Cases], path, test, missing, fill, name, options) -> Task:
    given, beside = pair(existing(path))
    other = beside if test is None else existing(test)
    options["name"] = name or name_of(Path(name_without_part(given)))
    try:
        parts = [_without(read(file), missing) for file in (given, other) if file]
        kind, labels = _kind(parts), _labels(parts)
        batches, notes = zip(*(_batch(part, labels, kind, fill) for part in parts), strict=True)
        said = tuple(dict.fromkeys(note for each in notes for note in each))
        names = () if labels == tuple(map(str, range(len(labels)))) else labels
        said += numbering(names)
        if other is None:
            return _alone(batches[0], kind, names, said, given, options)
        found = f"{given.name} is for training and validation, {other.name} for the test"
        train, held = batches
        return Archive(
            train, held, kind, names, (found, *said, *_unseen(batches, labels)), **options
        )
    except TaskError as error:
        files = tuple(file.name for file in (given, other) if file)
        raise TaskError(f"{'' if str(error).startswith(files) else f'{path}: '}{error}") from None


def _kind(parts):
    kinds = {"regression" if part.targets.dtype.kind == "f" else "classification" for part in parts}
    if len(kinds) > 1:
        raise TaskError("one of the two files has classes, the other numbers to predict")
    if len({part.sequences[0].shape[1] for part in parts}) > 1:
        raise TaskError("the two files differ in the number of channels")
    return kinds.pop()


def _without(cases, missing):
    """The cases less those whose label means "none"."""
    marks = wanted(missing)
    keep = [str(target) not in marks for target in cases.targets.tolist()]
    if all(keep):
        return cases
    note = f"{len(keep) - sum(keep)} sequences labelled {few(marks)} were left out"
    sequences = [each for each, kept in zip(cases.sequences, keep, strict=True) if kept]
    return Cases(sequences, cases.targets[keep], cases.classes, (*cases.notes, note))


def _labels(parts):
    """All classes that occur, in the order of the headers."""
    listed = dict.fromkeys(name for part in parts for name in part.classes)
    found = {name for part in parts for name in part.targets.tolist()}
    return tuple(name for name in listed if name in found)


def _batch(cases, labels, kind, fill):
    read = sequences(cases.sequences, cases.targets, order="NTD", fill=fill, zeros_are_data=True)
    if kind == "regression":
        y = cases.targets.astype(np.float32)[:, None]
    else:
        y = numbered(cases.targets.tolist(), labels, "a file")
    return Batch(read.x, y, read.lengths), (*cases.notes, *read.notes)


def _alone(batch, kind, labels, notes, path, options):
    """A file without a test: 60/20/20."""
    if len(batch.x) < FEWEST:
        raise TaskError(f"its {len(batch.x)} sequences are too few for three splits")
    if options.pop("validation") != Archive.validation:
        raise TaskError('without a test file, validation is always "fifth"')
    told = f"{path.name} has no test file beside it: a fifth of it is the test"
    if kind == "classification":
        each_class_in_each_split(batch.y, labels)
    notes = (told, *notes, *few_held_out(len(batch.x)))
    return Arrays(batch, kind, labels, notes, **options)


def _unseen(batches, labels):
    """Notes on classes that one of the files lacks."""
    if not labels:
        return
    train, test = ({*batch.y.tolist()} for batch in batches)
    for k in sorted(test - train):
        yield f"class {labels[k]!r} is in the test only: nothing can learn it"
