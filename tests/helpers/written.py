"""Two tasks whose networks can write on: letters in order, chords up and down."""

import numpy as np

from gatelab.tasks import Batch, Splits, Stream, Task
from gatelab.tasks.shared.pianoroll import next_chords
from gatelab.tasks.shared.writers import Chords, Symbols

LETTERS = "abcdef"


class Letters(Task):
    """a b c d e f a b ..., from any place."""

    name = "letters"
    kind = "labelling"
    metric = "nll"
    inputs = outputs = 6

    def splits(self, rng):
        return Splits(Stream(self.draw, 5), self.draw(rng, 8), self.draw(rng, 9))

    def draw(self, rng, size):
        symbols = (rng.integers(6, size=(size, 1)) + np.arange(51)) % 6
        return Batch(np.eye(6, dtype=np.float32)[symbols[:, :-1]], symbols[:, 1:])

    def baselines(self, splits):
        return {"uniform": float(np.log(6))}

    def writer(self):
        return Symbols(LETTERS)


class Scales(Task):
    """Up a fourth, in octaves."""

    name = "scales"
    kind = "multilabel"
    metric = "nll"
    inputs = outputs = 88

    def splits(self, rng):
        return Splits(Stream(self.draw, 5), self.draw(rng, 8), self.draw(rng, 9))

    def draw(self, rng, size):
        low = rng.integers(70, size=(size, 1)) + np.arange(20) % 5
        return next_chords(np.eye(88)[low] + np.eye(88)[low + 12])

    def baselines(self, splits):
        return {"nothing known": 88 * np.log(2)}

    def writer(self):
        return Chords()
