"""The continual embedded Reber grammar: strings without end, and nobody says where one begins."""

from collections.abc import Iterator
from functools import cache, partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Continued, Splits, StatefulStream
from .framework.registry import register
from .framework.stopping import Examined
from .shared.guessing import random_weights
from .shared.legal_sets import NextSymbols, memoryless, most_common
from .shared.reber_grammar import COINS, END, LEGAL, NEXT, READ, SYMBOLS, steps_ahead, throws
from .shared.writers import Symbols

RING = np.where(NEXT == END, 0, NEXT)[:END]  # after a string, the next one
SYMBOL = np.take_along_axis(READ, NEXT, 1)[:END].astype(np.intp) - 1  # on each side of a coin
AT_ONCE = 4  # updates drawn together


@register("continual_reber")
class ContinualReber(NextSymbols):
    """Which symbols may come next in a never-ending stream of embedded Reber strings.

    One row, T = 14: BTBTXSETE, and the beginning of a second string; below each symbol read, the
    set to predict. ::

        x  B   T  B   T   X   S  E  T  E  B   P  B   P   V
        y  TP  B  TP  SX  SX  E  T  E  B  TP  B  TP  TV  PV

    x (N, T, 7) is one-hot in the order BTPSXVE, y (N, T, 7) holds a 1 for every symbol that may
    follow. Strings are drawn as in ``embedded_reber``, a coin at every fork and of any length,
    and follow each other without a mark or a reset: to forget at a string's end is to be learned.

    Training reads as many streams side by side as a batch has rows, ``length`` steps to an
    update. They never end: the state is carried from update to update, the gradient is not.
    Validation and test are streams of ``test_length`` steps from the beginning of a string.

    The baseline "second symbol forgotten" is right everywhere but where that symbol must be
    repeated, once in a string of twelve on average. Guessed weights are hardly better than a
    constant.

    Gers, Schmidhuber, Cummins (2000), Neural Computation 12(10): a stream starts with a string and
    is learned online until the first symbol at which an output errs by .49 or more, or for 100,000
    symbols; then, with frozen weights, ten streams are tested in the same way, and their mean
    length is the score. Training ends when it is 100,000, which is perfect, or after 30,000
    streams. Of 100 cells without forget gates none was perfect, with them 18 were (62 if the
    learning rate decays). That is ``stop``, but for a test after every 100 training streams only,
    with ``test_length=100_000, test_sequences=10, valid_sequences=1``. In a study a stream goes on
    after an error, and every step counts.
    """

    inputs = 7
    outputs = 7
    epochs = 30
    stop = Examined(within=0.49, of=10, parts=("test",), cut=True, budget=30_000)
    search: ClassVar = {"hidden": (8, 32)}

    length = 50
    test_length = 500
    epoch_updates = 100
    valid_sequences = 128
    test_sequences = 128

    def splits(self, rng):
        return Splits(
            StatefulStream(partial(streams, length=self.length), self._epoch),
            *(
                walk(rng, np.zeros(count, int), self.test_length)[0]
                for count in (self.valid_sequences, self.test_sequences)
            ),
        )

    def baselines(self, splits):
        """Sets counted on the validation streams, measured on the test streams."""
        asked = splits.test
        repeats = _repeats(splits.valid)
        usual = most_common(splits.valid.y[repeats]) if repeats.any() else np.zeros(7)
        guesses = memoryless(splits.valid, asked)
        guesses["second symbol forgotten"] = (
            np.where(_repeats(asked)[..., None], usual, asked.y) - 0.5
        )
        return self.scores(guesses, asked) | random_weights(self, splits)

    def legend(self):
        return SYMBOLS, SYMBOLS

    def writer(self):
        return Symbols(SYMBOLS, sets=True)

    def _epoch(self, rows):
        return self.epoch_updates


def streams(rng: np.random.Generator, rows: int, length: int) -> Iterator[Batch]:
    """``length`` steps of each of ``rows`` streams, then the next ones, without end."""
    nodes, kind = np.zeros(rows, int), Batch
    while True:
        drawn, nodes = walk(rng, nodes, AT_ONCE * length)
        for start in range(0, AT_ONCE * length, length):
            part = slice(start, start + length)
            yield kind(drawn.x[:, part], drawn.y[:, part])
            kind = Continued


def walk(rng: np.random.Generator, nodes: np.ndarray, length: int) -> tuple[Batch, np.ndarray]:
    """``length`` steps from each of the nodes (N,) on, and the nodes (N,) where they end."""
    reads, legal, steps = table()
    rows = throws(rng, steps, nodes, length)
    x, y = (
        found.take(rows.T, axis=0).reshape(len(nodes), -1, 7)[:, :length]
        for found in (reads, legal)
    )
    return Batch(x, y), steps[rows[-1], (length - 1) % COINS]


@cache
def table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All that may happen in five steps, for each node and, bit by bit, the coins thrown there.

    Returns:
        (END * 32, 5, 7) symbols read, one-hot; (END * 32, 5, 7) what may come after each;
        (END * 32, 5) nodes reached.
    """
    steps = steps_ahead(RING)
    start = np.repeat(np.arange(END), 2**COINS)
    before = np.concatenate([start[:, None], steps[:, :-1]], axis=1)
    coins = np.arange(len(steps))[:, None] >> np.arange(COINS) & 1
    return np.eye(7, dtype=np.float32)[SYMBOL[before, coins]], LEGAL[steps], steps


def _repeats(batch):
    """(N, T) bool: the steps after which a string's second symbol comes again."""
    T, P = SYMBOLS.index("T"), SYMBOLS.index("P")
    others = np.delete(batch.y, (T, P), axis=-1).any(-1)
    return (batch.x[..., SYMBOLS.index("E")] > 0) & ~others
