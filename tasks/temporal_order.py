"""The temporal order problem: which of X and Y came first."""

from itertools import product
from typing import ClassVar

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Recent
from .shared.generated import Generated
from .shared.guessing import random_weights
from .shared.symbols import SHOWN, most_frequent, one_hot

SYMBOLS = "EBabcdXY"
START, END, X = 0, 1, 6
# Where a signal may stand, in hundredths of ``length``, both ends included.
PLACES = {4: ((10, 20), (50, 60)), 8: ((10, 20), (33, 43), (66, 76))}


@register("temporal_order")
class TemporalOrder(Generated):
    """The order of two or three signals far apart among distractors.

    One row, ``classes=4``; the signals are X and Y, the distractors a to d. ::

        x   E  b  a  Y  d  d  c  a  X  c  a  b  B        y = 2, for Y then X

    x (N, T, 8) is one-hot in the order EBabcdXY, y (N,) reads the signals as a binary number, X
    for 0 and Y for 1: XX 0, XY 1, YX 2, YY 3. Each signal is X or Y by a fair coin. Lengths are
    uniform in [L, L + L/10] with L = ``length``. With L = 100, counted from step 0, the two
    signals of ``classes=4`` stand at steps 10 to 20 and 50 to 60 (experiment 6a), the three of
    ``classes=8`` at 10 to 20, 33 to 43 and 66 to 76 (6b); other lengths scale these places.

    Baselines: the majority class; and the best answer when the signals are counted but their
    order is forgotten, right in about 3/4 (4 classes) or 1/2 (8 classes) of all sequences: only
    a score above it shows a memory of order. Guessed weights remember one signal at most: about 1/2
    (4 classes). The metric is the share of classes named right.

    In the paper: one sequence per update; right is an error below .3 at every output; training
    stops when the last 2,000 sequences were right with a mean error below .1; then 2,560 fresh
    sequences are tested. LSTM needed 31,390 sequences (6a) and 571,100 (6b). That is ``stop``; a
    study has a fixed budget, and draws validation and test once.

    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiments 6a and 6b.
    """

    kind = "classification"
    metric = "accuracy"
    inputs = 8
    outputs = 4
    epochs = 30
    _at_once = 8
    stop = Recent(within=0.3, mean=0.1)

    classes = 4
    length = 100
    at_least: ClassVar = {"length": 10}
    choices: ClassVar = {"classes": (4, 8)}

    def __init__(self, **options):
        super().__init__(**options)
        self.outputs = self.classes

    def draw(self, rng, size, split="train"):
        return temporal_order(rng, size, self.length, self.classes)

    def baselines(self, splits):
        """Answers counted on the validation split, measured on the test split."""
        valid, test = splits.valid, splits.test
        nothing = [np.zeros_like(part.y) for part in (valid, test)]
        ys = [part.x[..., SYMBOLS.index("Y")].sum(1).astype(int) for part in (valid, test)]
        known = {"majority class": nothing, "signals counted, order forgotten": ys}
        answers = most_frequent(known, valid.y, 4, self.classes)
        return self.scores(answers, test) | random_weights(self, splits)

    def legend(self):
        signals = 2 if self.classes == 4 else 3
        return SYMBOLS, ["".join(order) for order in product("XY", repeat=signals)]

    def sketch(self, batch):
        steps = int(batch.valid()[0].sum())
        string = "".join(SYMBOLS[i] for i in batch.x[0, :steps].argmax(-1))
        rows = [string[i : i + 4 * SHOWN] for i in range(0, steps, 4 * SHOWN)]
        return "x  " + "\n   ".join(rows) + f"\ny  {batch.y[0]}"


def temporal_order(rng: np.random.Generator, size: int, length: int, classes: int) -> Batch:
    """``size`` fresh sequences of ``length`` steps and up to a tenth more."""
    rows = np.arange(size)
    lengths = rng.integers(length, length + length // 10 + 1, size)
    low, high = length * np.transpose(PLACES[classes]) // 100
    places = rng.integers(low, high + 1, (size, len(low)))
    signals = rng.integers(0, 2, places.shape)
    string = rng.integers(END + 1, X, (size, lengths.max()))
    string[:, 0] = START
    string[rows[:, None], places] = X + signals
    string[rows, lengths - 1] = END
    string[np.arange(lengths.max()) >= lengths[:, None]] = -1
    y = signals @ 2 ** np.arange(len(low))[::-1]
    return Batch(one_hot(string, len(SYMBOLS)), y, lengths)
