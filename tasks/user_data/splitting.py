"""Divide sequences 60/20/20, so that no split lacks a class."""

from collections.abc import Sequence

import numpy as np

from ..framework.errors import TaskError
from ..shared.partition import divide
from .plain import few

FEWEST = 3  # sequences of a class: one in each split
FEW = 5  # sequences held out: the score of fewer is hardly one


def three_parts(rng: np.random.Generator, y: np.ndarray, classes: bool) -> list[np.ndarray]:
    """Indices for training, validation and test.

    Args:
        y: (N, ...), the targets.
        classes: whether these are classes (N,), which all parts must have. They are stratified
            from five of each class on. With fewer, the first division that has all of them is
            taken: chance is asked first, and rarely fails.
    """
    stratified = classes and np.bincount(y).min() >= 5
    first, rest = divide(rng, y, 2 / 5, bool(stratified))
    within = classes and np.bincount(y[rest]).min() >= 2
    second, third = divide(rng, y[rest], 1 / 2, bool(within))
    parts = [first, rest[second], rest[third]]
    if classes and any(len({*y[part]}) < len({*y}) for part in parts):
        return _class_by_class(rng, y)
    return parts


def held_out(
    rng: np.random.Generator, y: np.ndarray, classes: bool, validation: str
) -> tuple[np.ndarray, np.ndarray]:
    """Indices for training and for validation, a fifth; with "none" training has all of them.

    Classes (N,) are stratified. Where they are too small for that, each class of two or more gives
    at least one sequence to validation; one of a single sequence stays in training.

    Raises:
        TaskError: no class has two sequences.
    """
    counts = np.bincount(y)[np.unique(y)] if classes else np.array([len(y)])
    everything = np.arange(len(y))
    if counts.max() < 2:
        if validation == "none":
            return everything, rng.permutation(everything)[: -(-len(y) // 5)]
        raise TaskError(
            'no class has two sequences, so that none can be held out; validation="none" trains on '
            "all"
        )
    if not classes or (counts.min() >= 2 and -(-len(y) // 5) >= len(counts)):
        train, valid = divide(rng, y, 1 / 5, stratify=classes)
    else:
        drawn = [rng.permutation(np.flatnonzero(y == k)) for k in np.unique(y)]
        fifths = [max(1, round(len(each) / 5)) if len(each) > 1 else 0 for each in drawn]
        valid = np.concatenate([each[:n] for each, n in zip(drawn, fifths, strict=True)])
        train = np.concatenate([each[n:] for each, n in zip(drawn, fifths, strict=True)])
    return (everything if validation == "none" else train), valid


def each_class_in_each_split(y: np.ndarray, labels: Sequence[str] = ()) -> None:
    """Refuse classes (N,) with too few sequences for three splits.

    Raises:
        TaskError: the message names them.
    """
    counts = np.bincount(y)
    rare = [labels[k] if labels else str(k) for k in np.flatnonzero(counts < FEWEST).tolist()]
    if not rare:
        return
    if len(counts) >= len(y) / 2:
        raise TaskError(
            f"y holds {len(counts)} different labels of {len(y)} sequences, too few of each to be "
            'classes; kind="regression" learns numbers'
        )
    if len(counts) - len(rare) < 2:
        todo = "give more sequences"
    elif len(rare) == 1:
        todo = f'missing="{rare[0]}" leaves it out'
    else:
        todo = f"missing={rare} leaves them out (missing={','.join(rare)} when typed)"
    raise TaskError(
        f"{len(rare)} of {len(counts)} classes have fewer than {FEWEST} sequences, one for each "
        f"split: {few(rare)}; {todo}"
    )


def few_held_out(n: int) -> tuple[str, ...]:
    """A note on so few sequences that the score of a split means little."""
    held_out = n // 5
    if held_out >= FEW:
        return ()
    return (
        f"{n} sequences leave only {held_out} for validation and for the test: scores of so few "
        "hardly tell cells apart",
    )


def _class_by_class(rng, y):
    parts: list[list[np.ndarray]] = [[], [], []]
    for k in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == k))
        held_out = max(1, round(len(members) / 5))
        divided = np.split(members, [len(members) - 2 * held_out, len(members) - held_out])
        for part, piece in zip(parts, divided, strict=True):
            part.append(piece)
    return [rng.permutation(np.concatenate(part)) for part in parts]
