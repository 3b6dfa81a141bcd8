"""Delayed recall: keep a symbol, ignore the others, give it when asked."""

from typing import ClassVar

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .shared.generated import Generated
from .shared.symbols import most_frequent

STORE, RECALL = 1, 2  # commands; 0 is to ignore the symbol


@register("delayed_recall")
class DelayedRecall(Generated):
    """The symbol that was to be kept, whenever it is asked for.

    One row; a symbol is shown at every step, s says to keep it, r to give the one kept last. ::

        symbol    c  a  d  b  b  a  d  c  b  a
        command   s  .  .  r  .  s  .  .  .  r
        y         .  .  .  c  .  .  .  .  .  a

    x (N, T, symbols + 2) holds the symbol, one-hot, then the two commands; y (N, T) is the symbol
    kept last at every r, -1 elsewhere. Every sequence begins with s and ends with r; at the steps
    between, s and r come up with probability 1/``delay`` each, so that what is asked for was
    shown about ``delay`` steps ago: geometrically, up to T - 1, 15 on average at the defaults.
    Three things are asked of a cell: to keep, not to be disturbed, and to let go of the old for
    the new.

    The metric is the share of answers that are right. Baselines: the most common symbol, about
    1/``symbols``; and the best answer to the symbol on show, no better, for it says nothing.

    The store, ignore and recall of O'Reilly, Frank (2006), Neural Computation 18(2), as a stream
    of random commands: there every input is answered and training ends when an epoch of trials
    has no error; here only a recall asks, training is a stream of batches with a fixed budget, and
    validation and test are drawn once from the study's rng.
    """

    kind = "labelling"
    metric = "accuracy"
    inputs = 6
    outputs = 4
    epochs = 30
    _at_once = 8

    length = 60
    delay = 20
    symbols = 4
    test_sequences = 2000
    at_least: ClassVar = {"length": 2, "delay": 2, "symbols": 2}

    def __init__(self, **options):
        super().__init__(**options)
        self.inputs, self.outputs = self.symbols + 2, self.symbols

    def draw(self, rng, size, split="train"):
        return delayed_recall(rng, size, self.length, self.delay, self.symbols)

    def baselines(self, splits):
        """Answers counted on the validation split, measured on the test split."""
        valid, test, K = splits.valid, splits.test, self.symbols
        seen, asked = (part.x[..., :K].argmax(-1) for part in (valid, test))
        known = {
            "most common symbol": (np.zeros_like(seen), np.zeros_like(asked)),
            "symbol on show": (seen, asked),
        }
        return self.scores(most_frequent(known, valid.y, K, K), test)

    def legend(self):
        symbols = [*map(str, range(self.symbols))]
        return [*symbols, "store", "recall"], symbols

    def sketch(self, batch):
        symbols = batch.x[0, :, : self.symbols].argmax(-1)
        commands = batch.x[0, :, self.symbols :] @ (STORE, RECALL)
        rows = {
            "symbol ": [str(symbol) for symbol in symbols],
            "command": [".sr"[int(command)] for command in commands],
            "y      ": ["." if answer < 0 else str(answer) for answer in batch.y[0]],
        }
        width = len(str(self.symbols - 1))
        return "\n".join(
            name + " " + "".join(f"{cell:>{width}}" for cell in row) for name, row in rows.items()
        )


def delayed_recall(
    rng: np.random.Generator, size: int, length: int, delay: int, symbols: int
) -> Batch:
    """``size`` fresh sequences of ``length`` steps."""
    shown = rng.integers(0, symbols, (size, length))
    chance = rng.random((size, length), np.float32)
    stores, asks = chance < 1 / delay, chance >= 1 - 1 / delay
    stores[:, 0], stores[:, -1], asks[:, 0], asks[:, -1] = True, False, False, True
    place = np.arange(size * length).reshape(size, length)
    last = np.maximum.accumulate(np.where(stores, place, 0), axis=1)
    # A row for each symbol without a command, with STORE and with RECALL.
    rows = np.zeros((RECALL + 1, symbols, symbols + 2), np.float32)
    rows[..., :symbols] = np.eye(symbols)
    rows[STORE, :, symbols] = rows[RECALL, :, symbols + 1] = 1
    command = STORE * stores + RECALL * asks
    x = rows.reshape(-1, symbols + 2).take(command * symbols + shown, axis=0)
    return Batch(x, np.where(asks, shown.take(last), -1))
