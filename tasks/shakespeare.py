"""Tiny Shakespeare: the next character of the plays."""

from functools import cache, partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from .base import Task
from .data import Batch, Splits, Stream
from .errors import TaskError
from .fetching import fetch
from .metrics import METRICS
from .registry import register

TEST, VALID = 1 / 10, 1 / 20  # shares of the text, at its end and before that


@register("shakespeare")
class Shakespeare(Task):
    """The next character, at every step of a piece of Shakespeare's plays.

    One row, the beginning of the text, | for the end of a line::

        x    F i r s t   C i t i z e n : | B e f o r e   w e ...
        y    i r s t   C i t i z e n : | B e f o r e   w e   ...

    x (N, T, 65) is one-hot in the order of the characters' codes, y (N, T) the character after
    each. The last tenth of the 1,115,394 characters is the test split, the twentieth before it
    for validation, both in pieces of ``length`` that follow one another; training draws pieces
    from any place of the rest, ``epoch_updates`` batches of them to an epoch. No piece and no
    target reaches into another split.

    The score is in nats per character; over ln 2 = .693 it is in bits. Every piece begins in
    the cell's initial state, in training and test: to carry the state from piece to piece, as
    most published figures do, is not possible yet, and the first characters of each piece are
    therefore dearer than theirs. (LSTM of 128 units with the state carried: 1.71.)

    Baselines: characters counted on the training text, alone, after one and after two others of
    the same piece, each count leaning on the shorter one.

    Karpathy (2015), The unreasonable effectiveness of recurrent neural networks; the text in his
    repository char-rnn.
    """

    kind = "labelling"
    metric = "nll"
    inputs = 65
    outputs = 65
    epochs = 10
    patience = None

    length = 64
    epoch_updates = 400
    at_least: ClassVar = {"length": 2}

    def splits(self, rng):
        train, valid, test = self._parts()
        return Splits(
            Stream(partial(anywhere, train, self.length), self.epoch_updates),
            one_after_the_other(valid, self.length),
            one_after_the_other(test, self.length),
        )

    def baselines(self, splits):
        train, test = self._parts()[0], splits.test
        score = METRICS[self.metric].score
        return {
            name: score(table, test.y, None)
            for name, table in zip(
                ("character", "pair", "triple"), ngrams(train, test), strict=True
            )
        }

    def sketch(self, batch):
        letters = np.array([*"".join(alphabet()).replace("\n", "|")])
        x, y = letters[batch.x[0].argmax(-1)], letters[batch.y[0]]
        return "\n".join(f"{name}    {' '.join(row[:40])}" for name, row in (("x", x), ("y", y)))

    def _parts(self):
        codes = load()
        first, second = int(len(codes) * (1 - TEST - VALID)), int(len(codes) * (1 - TEST))
        if self.length >= second - first:
            raise TaskError(f"length must be below {second - first}, the validation text's")
        return codes[:first], codes[first:second], codes[second:]


@cache
def load() -> np.ndarray:
    """(1115394,) uint8, the place of each character in ``alphabet()``."""
    return parse(fetch("tiny-shakespeare.txt"))[0]


@cache
def alphabet() -> str:
    """The 65 characters in the order of their codes."""
    return parse(fetch("tiny-shakespeare.txt"))[1]


def parse(path: Path) -> tuple[np.ndarray, str]:
    """The places of a text's characters, and all its characters in the order of their codes."""
    symbols, codes = np.unique([*path.read_text(encoding="ascii")], return_inverse=True)
    return codes.astype(np.uint8), "".join(symbols)


def anywhere(text: np.ndarray, length: int, rng: np.random.Generator, size: int) -> Batch:
    """``size`` pieces of the text, from places drawn with the rng."""
    starts = rng.integers(len(text) - length, size=size)
    return _next_characters(text[starts[:, None] + np.arange(length + 1)])


def one_after_the_other(text: np.ndarray, length: int) -> Batch:
    """All whole pieces of a text; the last character of one is the first of the next."""
    count = (len(text) - 1) // length
    starts = length * np.arange(count)
    return _next_characters(text[starts[:, None] + np.arange(length + 1)])


def _next_characters(pieces):
    x = np.zeros((*pieces[:, 1:].shape, Shakespeare.inputs), np.float32)
    np.put_along_axis(x, pieces[:, :-1, None].astype(np.intp), 1, -1)
    return Batch(x, pieces[:, 1:].astype(np.int64))


def ngrams(train: np.ndarray, test: Batch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log probabilities (N, T, K) of the next character after none, one and two of the piece."""
    K = test.x.shape[-1]
    codes, after = train.astype(np.intp), test.x.argmax(-1)
    one = (np.bincount(codes, minlength=K) + 1) / (len(codes) + K)
    two = _leaning(codes[:-1] * K + codes[1:], np.tile(one, (K, 1)))
    three = _leaning((codes[:-2] * K + codes[1:-1]) * K + codes[2:], np.tile(two, (K, 1)))
    pair = np.log(two)[after]
    triple = pair.copy()
    triple[:, 1:] = np.log(three)[after[:, :-1] * K + after[:, 1:]]
    return np.broadcast_to(np.log(one), pair.shape), pair, triple


def _leaning(seen, shorter):
    """Shares of ``seen`` counts by row, as if each row had ``K`` sights more of ``shorter``."""
    K = shorter.shape[1]
    counts = np.bincount(seen, minlength=shorter.size).reshape(shorter.shape)
    return (counts + K * shorter) / (counts.sum(1, keepdims=True) + K)
