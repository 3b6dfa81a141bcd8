"""Which rows of a table are for training, which for validation and which for the test."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from ..framework.errors import TaskError
from ..tables import Piece

SPLITS = ("training", "validation", "the test")


class Part(NamedTuple):
    """The rows of one split.

    Attributes:
        own: stretches (start, stop) of rows that belong to it.
        read: the same, each with the rows before it that its windows may read.
    """

    own: list[tuple[int, int]]
    read: list[tuple[int, int]]


def by_time(pieces: Sequence[Piece], sizes: Sequence[int] = (), before: int = 0) -> list[Part]:
    """Divide each series by time.

    Args:
        pieces: stretches of rows that no window may leave, series by series.
        sizes: numbers of rows of a series for training, validation and test; () for 60, 20 and 20
            of a hundred.
        before: so many rows before their split may be read by windows of validation and test.

    Returns:
        the three splits.
    """
    parts = [Part([], []) for _ in SPLITS]
    for _, group in groupby(pieces, lambda piece: piece.series):
        own = list(group)
        edges = [own[0].start + edge for edge in _edges(own[-1].stop - own[0].start, sizes)]
        bounds = zip(parts, pairwise(edges), (0, before, before), strict=True)
        for part, (start, stop), more in bounds:
            for piece in own:
                first, last = max(start, piece.start), min(stop, piece.stop)
                if first < last:
                    part.own.append((first, last))
                    part.read.append((max(first - more, piece.start), last))
    return parts


def by_series(pieces: Sequence[Piece], sizes: Sequence[int] = ()) -> list[Part]:
    """Divide a table by series: each belongs to one split, in the order of their names.

    Raises:
        TaskError: there are fewer than three series.
    """
    names = list(dict.fromkeys(piece.series for piece in pieces))
    if len(names) < len(SPLITS):
        raise TaskError(
            f'split="series" needs at least three series, got {len(names)}; split="time" divides '
            "each of them by time"
        )
    edges = _edges(len(names), sizes)
    parts = []
    for first, last in pairwise(edges):
        chosen = {*names[first:last]}
        own = [(piece.start, piece.stop) for piece in pieces if piece.series in chosen]
        parts.append(Part(own, own))
    return parts


def checked_sizes(sizes: Any) -> tuple[int, ...]:
    """Three whole numbers above 0, or none.

    Raises:
        TaskError: they are anything else.
    """
    try:
        numbers = tuple(int(size) for size in sizes)
    except (TypeError, ValueError):
        numbers = (0,)
    if numbers and (len(numbers) != len(SPLITS) or min(numbers) < 1):
        raise TaskError(
            "sizes are three numbers of rows, for training, validation and test, such as "
            f"8640,2880,2880; got {sizes!r}"
        )
    return numbers


def _edges(total, sizes):
    """Where each split begins, and where the last one ends."""
    if not sizes:
        return [0, total * 3 // 5, total * 4 // 5, total]
    train, valid, test = sizes
    if sum(sizes) > total:
        raise TaskError(f"sizes add up to {sum(sizes)}, there are {total}")
    return [0, train, train + valid, train + valid + test]
