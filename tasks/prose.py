"""A text that somebody has, as a task: the next character."""

from typing import ClassVar

import numpy as np

from .base import Task
from .characters import in_rows, ngrams, side_by_side
from .data import Splits
from .errors import TaskError
from .metrics import METRICS
from .panels import Text
from .writers import Symbols

ROWS, LEAST = 16, 256  # rows of validation and of test, and characters of each
MOST = 200_000  # characters of validation and of test: one-hot, and all of them at once
BATCH = 64  # rows of the largest batch that is searched
STRANGE = "~"  # in a drawing
SHOWN = 160  # characters of one


class Prose(Task):
    """The next character, at every step of a text.

    The last tenth of the characters, at most 200,000, is the test split, as many before it are
    for validation, the rest for training; none of one is read or asked for in another, and the
    study's rng has no say.
    x (N, T, K) is one-hot in the order of the K characters of the training text, y (N, T) the
    character after each. One that the training text does not hold is read as nothing, a row of
    zeros, and never asked for. Training reads its part in as many rows as a batch has, ``length``
    characters to an update; the state is carried from update to update, the gradient is not.
    Validation and test are read whole, in up to 16 rows.

    The score is in nats per character; over ln 2 = .693 it is in bits. Baselines: characters
    counted on the training text, alone, after one and after two others.
    """

    kind = "labelling"
    metric = "nll"
    epochs = 10
    patience = None

    length = 64
    at_least: ClassVar = {"length": 2}

    def __init__(self, text: str, **options):
        super().__init__(**options)
        held_out = min(len(text) // 10, MOST)
        first, second = len(text) - 2 * held_out, len(text) - held_out
        if first <= BATCH * self.length:
            raise TaskError(
                f"{len(text)} characters leave {first} to train on: {BATCH} rows of length "
                f"{self.length} need more; give a longer text or a smaller length"
            )
        self.alphabet = "".join(sorted({*text[:first]}))
        self.inputs = self.outputs = len(self.alphabet)
        place = {symbol: i for i, symbol in enumerate(self.alphabet)}
        codes = np.array([place.get(symbol, self.inputs) for symbol in text])
        self.parts = np.split(codes, [first, second])

    def splits(self, rng):
        train, *held_out = self.parts
        valid, test = map(self._whole, held_out)
        return Splits(side_by_side(train, self.inputs, self.length), valid, test)

    def baselines(self, splits):
        test, score = splits.test, METRICS[self.metric].score
        tables = ngrams(self.parts[0], test)
        return {name: score(table, test.y, None) for name, table in tables.items()}

    def legend(self):
        letters = self.alphabet.replace("\n", "|").replace("\t", " ")
        return letters, letters

    def panels(self, batch):
        return [Text("read, and below each character the next one", *self._spelled(batch, SHOWN))]

    def sketch(self, batch):
        rows = zip("xy", self._spelled(batch, SHOWN // 4), strict=True)
        return "\n".join(f"{name}    {' '.join(letters)}" for name, letters in rows)

    def writer(self):
        return Symbols(self.alphabet)

    def _spelled(self, batch, steps):
        """What the first row reads and what is asked there, in letters."""
        letters = np.array([*self.legend()[0], STRANGE])
        x, y = batch.x[0, :steps], batch.y[0, :steps]
        return letters[np.where(x.any(1), x.argmax(1), -1)].tolist(), letters[y].tolist()

    def _whole(self, codes):
        """A part of the text in long rows, without what the training text does not hold."""
        rows = min(ROWS, max(len(codes) // LEAST, 1))
        batch = in_rows(codes, self.inputs + 1, rows)
        y = np.where(batch.y == self.inputs, -1, batch.y)
        return batch._replace(x=batch.x[..., : self.inputs].copy(), y=y)
