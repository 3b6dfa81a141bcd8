"""The embedded Reber grammar: remember the second symbol until the last but one."""

from functools import partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.errors import TaskError
from .framework.registry import register
from .framework.stopping import Examined
from .shared.guessing import random_weights
from .shared.legal_sets import MARKOV, NextSymbols, memoryless
from .shared.reber_grammar import END, LEGAL, SYMBOLS, eighth, symbols, walk

# Which eighths of all strings, by their hash, each split may hold.
TRAIN, VALID, TEST = (0, 1, 2, 3), (4, 5), (6, 7)
ONE_HOT = np.eye(8, 7, -1, dtype=np.float32)  # row 0, no symbol, is zero
ROUNDS = 16


@register("embedded_reber")
class EmbeddedReber(NextSymbols):
    """Which symbols may come next in a string of the embedded Reber grammar.

    One row: the string BTBPVVETE and, below each symbol read, the set to predict. ::

        x   B  T  B  P  V  V  E  T
        y   T  B  T  T  P  E  T  E
            P     P  V  V

    x (N, T, 7) is one-hot in the order BTPSXVE, y (N, T, 7) holds a 1 for every symbol that is
    legal after all that was read. The final E is predicted, never read: a sequence is one step
    shorter than its string. The last symbol but one repeats the second one; everything else
    needs a memory of a few steps only. The copy is one step in about 18 of the test split and
    half right by guessing, so that a cell which never learns it still scores about 0.97: compare
    with the baseline "second symbol forgotten". Guessed weights are hardly better than a constant.

    Both ways out of a fork are equally likely; a string above ``max_length`` symbols (6 in
    100,000 at the default of 40) is drawn again. Short strings are few, four of nine symbols
    make up a quarter of all draws, so strings repeat. What is guaranteed: a hash of the string
    decides, the same way in every study, whether it may be trained on (half of all strings),
    validated on or tested on (a quarter each), so training never meets a string of the other
    two splits; and the strings within validation and within test are distinct. What is not:
    training repeats its strings; and since distinct short strings run out, those of validation
    and test are longer (about 18 and 20 symbols on average, against 12 in training).

    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiment 1 (there 256 strings to
    train on and 256 to test, solved when all of both are predicted, the legal symbols being the
    most active; LSTM needed 8,440 strings). ``stop`` asks for more: 256 strings of training and
    256 of validation with exactly the right sets, which leaves the test split unseen. Cleeremans,
    Servan-Schreiber, McClelland (1989), Neural Computation 1(3). Not the continual one of Gers,
    Schmidhuber, Cummins (2000), a stream of strings without resets.
    """

    inputs = 7
    outputs = 7
    epochs = 30
    stop = Examined(within=0.5, of=256, parts=("train", "valid"))
    search: ClassVar = {"hidden": (8, 32)}

    max_length = 40
    valid_sequences = 128
    test_sequences = 256
    at_least: ClassVar = {"max_length": 12}

    def splits(self, rng):
        return Splits(
            Stream(partial(training_strings, longest=self.max_length), at_once=32),
            distinct_strings(rng, self.valid_sequences, self.max_length, VALID),
            distinct_strings(rng, self.test_sequences, self.max_length, TEST),
        )

    def baselines(self, splits):
        """Sets counted on the validation strings, measured on the test strings."""
        valid, test = splits.valid, splits.test
        guesses = memoryless(valid, test)
        symbol, after = valid.x[valid.valid()].argmax(-1), valid.y[valid.valid()]
        read = test.x.argmax(-1)
        union = np.stack([after[symbol == s].max(0, initial=0) for s in range(7)])
        copy = (read == SYMBOLS.index("E"))[..., None]
        guesses |= {
            "Markov, union of legal sets": union[read] - 0.5,
            "second symbol forgotten": np.where(copy, guesses[MARKOV], test.y - 0.5),
        }
        return self.scores(guesses, test) | random_weights(self, splits)

    def legend(self):
        return SYMBOLS, SYMBOLS


def training_strings(rng: np.random.Generator, size: int, longest: int) -> Batch:
    """``size`` strings as the grammar draws them, without those that are held out."""
    found = np.empty((0, longest + 1), np.int16)
    while len(found) < size:
        found = np.concatenate([found, _walk_in(TRAIN, rng, 9 * size // 4 + 8, longest)])
    return as_batch(found[:size])


def distinct_strings(rng, size: int, longest: int, share: tuple[int, ...]) -> Batch:
    """``size`` different strings of a share, drawn one after the other without repetition.

    Raises TaskError when there are (almost) not so many.
    """
    found = np.empty((0, longest + 1), np.int16)
    for _ in range(ROUNDS):
        found = np.concatenate([found, _walk_in(share, rng, 64 * size, longest)])
        found = found[np.sort(np.unique(found, axis=0, return_index=True)[1])]
        if len(found) >= size:
            return as_batch(found[:size])
    raise TaskError(
        f"embedded_reber: no {size} different strings of up to {longest} symbols turned up; "
        "raise max_length or ask for fewer sequences"
    )


def as_batch(paths: np.ndarray) -> Batch:
    """What is read before the final E, and what may come after each symbol."""
    after = paths[:, 1:]
    unfinished = after != END
    steps = int(unfinished.any(0).sum())
    paths, after, unfinished = paths[:, : steps + 1], after[:, :steps], unfinished[:, :steps]
    x = ONE_HOT.take(symbols(paths) * unfinished, axis=0)
    return Batch(x, LEGAL.take(after, axis=0), unfinished.sum(1))


def _walk_in(share, rng, n, longest):
    paths = walk(rng, n, longest)
    return paths[np.isin(range(8), share)[eighth(paths)]]
