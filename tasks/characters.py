"""A long text, character by character: read side by side, and what counting alone can say of it.

A text is held as codes (n,), places in its alphabet of K characters.
"""

from collections.abc import Iterator

import numpy as np

from .data import Batch, Carried, Following
from .errors import TaskError


def side_by_side(text: np.ndarray, K: int, length: int) -> Carried:
    """A source that reads a text in as many rows as a batch has, ``length`` steps to an update.

    Each epoch cuts the text anew, at places drawn, into rows that follow one another.
    """

    def pieces(rows: int) -> int:
        room = (len(text) - 1) // length
        if rows > room:
            raise TaskError(
                f"batch is {rows}, but the training text has room for {room} rows of {length} "
                "characters: take a smaller batch or length"
            )
        return (len(text) - 1) // (rows * length)

    def read(rng: np.random.Generator, rows: int) -> Iterator[Batch]:
        count = pieces(rows)
        while True:
            slack = len(text) - 1 - rows * count * length
            starts = rng.integers(slack + 1) + count * length * np.arange(rows)
            for k in range(count):
                places = starts[:, None] + k * length + np.arange(length + 1)
                batch = next_characters(text[places], K)
                yield Following(*batch) if k else batch

    return Carried(read, pieces)


def in_rows(text: np.ndarray, K: int, rows: int) -> Batch:
    """A text in so many long rows, one after the other; the last ones to fill no row are left."""
    steps = (len(text) - 1) // rows
    return next_characters(text[steps * np.arange(rows)[:, None] + np.arange(steps + 1)], K)


def next_characters(pieces: np.ndarray, K: int) -> Batch:
    """Pieces (N, T + 1) as one-hot x (N, T, K) and the character after each, y (N, T)."""
    x = np.zeros((*pieces[:, 1:].shape, K), np.float32)
    np.put_along_axis(x, pieces[:, :-1, None].astype(np.intp), 1, -1)
    return Batch(x, pieces[:, 1:].astype(np.int64))


def ngrams(train: np.ndarray, test: Batch) -> dict[str, np.ndarray]:
    """Log probabilities (N, T, K) of the next character after none, one and two of the row.

    Counted on the training text, each count leaning on the shorter one.
    """
    K = test.x.shape[-1]
    codes, after = train.astype(np.intp), test.x.argmax(-1)
    one = (np.bincount(codes, minlength=K) + 1) / (len(codes) + K)
    two = _leaning(codes[:-1] * K + codes[1:], np.tile(one, (K, 1)))
    three = _leaning((codes[:-2] * K + codes[1:-1]) * K + codes[2:], np.tile(two, (K, 1)))
    pair = np.log(two)[after]
    triple = pair.copy()
    triple[:, 1:] = np.log(three)[after[:, :-1] * K + after[:, 1:]]
    return {
        "character": np.broadcast_to(np.log(one), pair.shape),
        "pair": pair,
        "triple": triple,
    }


def sketched(batch: Batch, alphabet: str) -> str:
    """The beginning of a batch's first row, | for the end of a line."""
    letters = np.array([*alphabet.replace("\n", "|")])
    x, y = letters[batch.x[0].argmax(-1)], letters[batch.y[0]]
    return "\n".join(f"{name}    {' '.join(row[:40])}" for name, row in (("x", x), ("y", y)))


def _leaning(seen, shorter):
    """Shares of ``seen`` counts by row, as if each row had ``K`` sights more of ``shorter``."""
    K = shorter.shape[1]
    counts = np.bincount(seen, minlength=shorter.size).reshape(shorter.shape)
    return (counts + K * shorter) / (counts.sum(1, keepdims=True) + K)
