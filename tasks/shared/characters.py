"""Next-character prediction on a long text: the task, ways to read the text, n-gram baselines.

A text is held as codes (n,), indices into its alphabet of K characters.
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

import numpy as np

from ..framework.batches import Batch, Continued, StatefulStream
from ..framework.dealing import Batches
from ..framework.errors import TaskError
from ..framework.task import Task
from .writers import STRANGE, Symbols

SKETCHED = 40  # characters in a sketch


class NextCharacter(Task):
    """The next character at every step of a text, which a subclass provides."""

    kind = "labelling"
    next_step = True
    metric = "nll"
    epochs = 10
    patience = None

    length = 64
    at_least: ClassVar = {"length": 2}

    def symbols(self) -> str:
        """The K characters in the order of x."""
        raise NotImplementedError(f"{type(self).__name__} has no symbols()")

    def training(self) -> np.ndarray:
        """The codes of the training text."""
        raise NotImplementedError(f"{type(self).__name__} has no training()")

    def baselines(self, splits):
        asked = splits.test.y >= 0
        chances = ngrams(self.training(), splits.test)
        count = asked.sum() or np.nan
        return {name: float(-found[asked].sum() / count) for name, found in chances.items()}

    def legend(self):
        letters = self.symbols().replace("\n", "|").replace("\t", " ")
        return letters, letters

    def sketch(self, batch):
        rows = zip("xy", self.spelled(batch, SKETCHED), strict=True)
        return "\n".join(f"{name}    {' '.join(letters)}" for name, letters in rows)

    def writer(self):
        return Symbols(self.symbols())

    def spelled(self, batch: Batch, steps: int) -> tuple[list[str], list[str]]:
        """The inputs and targets of the first row, as characters."""
        letters = np.array([*self.legend()[0], STRANGE])
        x, y = batch.x[0, :steps], batch.y[0, :steps]
        return letters[np.where(x.any(1), x.argmax(1), -1)].tolist(), letters[y].tolist()


def side_by_side(text: np.ndarray, K: int, length: int) -> StatefulStream:
    """A source that reads a text in as many rows as a batch has, ``length`` steps per update.

    Each epoch cuts the text anew into consecutive rows, at random places.
    """

    def pieces(rows: int) -> int:
        room = (len(text) - 1) // length
        if rows > room:
            raise TaskError(
                f"batch is {rows}, but the training text has room for {room} rows of {length} "
                "characters: take a smaller batch or length"
            )
        return (len(text) - 1) // (rows * length)

    def epoch(rng: np.random.Generator, rows: int) -> Iterator[Batch]:
        count = pieces(rows)
        slack = len(text) - 1 - rows * count * length
        starts = rng.integers(slack + 1) + count * length * np.arange(rows)
        for k in range(count):
            places = starts[:, None] + k * length + np.arange(length + 1)
            batch = next_characters(text[places], K)
            yield Continued(*batch) if k else batch

    def read(rng: np.random.Generator, rows: int) -> Iterator[Batch]:
        return Batches(rng, partial(epoch, rows=rows), pieces(rows))

    return StatefulStream(read, pieces)


def in_rows(text: np.ndarray, K: int, rows: int) -> Batch:
    """A text cut into ``rows`` rows of equal length; the remainder at the end is left out."""
    steps = (len(text) - 1) // rows
    return next_characters(text[steps * np.arange(rows)[:, None] + np.arange(steps + 1)], K)


def next_characters(pieces: np.ndarray, K: int) -> Batch:
    """Pieces (N, T + 1) as one-hot x (N, T, K) and the character after each, y (N, T)."""
    x = np.zeros((*pieces[:, 1:].shape, K), np.float32)
    np.put_along_axis(x, pieces[:, :-1, None].astype(np.intp), 1, -1)
    return Batch(x, pieces[:, 1:].astype(np.int64))


def ngrams(train: np.ndarray, test: Batch) -> dict[str, np.ndarray]:
    """Log probabilities of the targets, by unigrams, bigrams and trigrams of the training text.

    Each order is smoothed with the order below. Only the n-grams needed for the targets are
    counted, as there are K^3 trigrams.

    Returns:
        {name: (N, T)}; entries where y is -1 have no meaning.
    """
    K = test.x.shape[-1]
    codes, after, y = train.astype(np.int64), test.x.argmax(-1), test.y
    one = ((np.bincount(codes, minlength=K) + 1) / (len(codes) + K))[y]
    two = _leaning(codes[:-1], codes[1:], after, y, one, K)
    befores = codes[:-2] * K + codes[1:-1], after[:, :-1] * K + after[:, 1:]
    three = two.copy()
    three[:, 1:] = _leaning(befores[0], codes[2:], befores[1], y[:, 1:], two[:, 1:], K)
    return {"character": np.log(one), "pair": np.log(two), "triple": np.log(three)}


def _leaning(before, then, given, asked, shorter, K):
    """Share of ``asked`` among what followed ``given``, with K pseudo-counts at ``shorter``."""
    sights = _counted(before * K + then, given * K + asked)
    return (sights + K * shorter) / (_counted(before, given) + K)


def _counted(seen, wanted):
    """How often each code in ``wanted`` occurs in ``seen``."""
    codes, counts = np.unique(seen, return_counts=True)
    places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[places] == wanted, counts[places], 0)
