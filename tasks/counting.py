"""Counting languages: as many b as a, and as many c; trained on short strings, tested on longer."""

from functools import partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.errors import TaskError
from .framework.registry import register
from .framework.stopping import Examined
from .shared.guessing import random_weights
from .shared.legal_sets import NextSymbols, memoryless

LETTERS = {"anbn": 2, "anbncn": 3}


@register("counting")
class Counting(NextSymbols):
    """Which symbols may come next in a string of a^n b^n, or of a^n b^n c^n.

    One row, n = 3, ``language="anbn"`` (the default): the string SaaabbbT, from its start S to
    its end T, and below each symbol read the set to predict. ::

        x  S   a   a   a   b   b   b
        y  a   ab  ab  ab  b   b   T

    x (N, T, D) is one-hot in the order Sab or Sabc, y (N, T, K) holds a 1 for every legal
    symbol, in the order abT or abcT. n is at least 1. T is predicted, never read, so that a
    sequence has 1 + 2n (or 1 + 3n) steps. From the first b on every set holds one symbol.

    What counts is the length. Training draws n uniformly from 1 to ``train_n``; validation holds
    each of these n once, strings that training sees too, for there are no others; the test
    split holds each n from ``train_n`` + 1 to ``test_n`` once, none of which was ever seen. A cell
    may be right up to ``train_n`` without having learned to count.

    The metric, "legal", is the subset accuracy: the share of steps with exactly the right set. One
    error per string leaves it near 1: "Markov", which cannot know when an end comes, is wrong at
    one step of each string (two for a^n b^n c^n), and so is a cell that counts to a wrong n. So
    only a score of 1, or the distance above Markov, means anything. Guessed weights do not reach
    Markov.

    Gers, Schmidhuber (2001), IEEE Transactions on Neural Networks 12(6): learned online from n = 1
    to 10; a string is accepted if the sets of all its steps are right, and the result is the range
    of n in which all strings are. Weiss, Goldberg, Yahav (2018), ACL, arXiv:1805.04908: LSTM cells
    count on beyond the range they were trained on, GRU cells do not. ``stop``: all n from 1 to
    ``train_n`` are accepted, looked at after every 1,000 strings. A study has a fixed budget, and
    its score counts steps.
    """

    inputs = 3
    outputs = 3
    epochs = 30
    search: ClassVar = {"hidden": (4, 32)}

    language = "anbn"
    train_n = 50
    test_n = 100
    at_least: ClassVar = {"test_n": 2}
    choices: ClassVar = {"language": tuple(LETTERS)}

    def __init__(self, **options):
        super().__init__(**options)
        if self.test_n <= self.train_n:
            raise TaskError(
                f"test_n must be above train_n, which is {self.train_n}, got {self.test_n}"
            )
        self.inputs = self.outputs = 1 + LETTERS[self.language]
        self.stop = Examined(within=0.5, of=self.train_n, every=1000, budget=10**7)

    def splits(self, rng):
        letters = LETTERS[self.language]
        seen, longer = np.arange(1, self.train_n + 1), np.arange(self.train_n + 1, self.test_n + 1)
        return Splits(
            Stream(partial(random_strings, letters=letters, most=self.train_n)),
            strings(rng.permutation(seen), letters),
            strings(rng.permutation(longer), letters),
        )

    def baselines(self, splits):
        """Sets counted on the validation strings, measured on the test strings."""
        guesses = memoryless(splits.valid, splits.test)
        return self.scores(guesses, splits.test) | random_weights(self, splits)

    def legend(self):
        letters = "abc"[: self.inputs - 1]
        return "S" + letters, letters + "T"


def random_strings(rng: np.random.Generator, size: int, letters: int, most: int) -> Batch:
    """``size`` strings, n uniform from 1 to ``most``."""
    return strings(rng.integers(1, most, size, endpoint=True), letters)


def strings(n: np.ndarray, letters: int) -> Batch:
    """The string of each n (N,), at least 1: S, then n times each of 2 or 3 letters."""
    steps = 1 + letters * int(n.max())
    end = letters + 1
    # S is 0, the letters follow, the end T and what stands behind it is ``end``.
    places = np.arange(steps + 1, dtype=np.int32)
    symbol = np.zeros((len(n), steps + 1), np.int8)
    for letter in range(end):
        symbol += places > letter * n.astype(np.int32)[:, None]
    read, following = symbol[:, :-1], symbol[:, 1:]
    x = np.eye(end + 1, end, dtype=np.float32).take(read, axis=0)
    # By what is read and what follows: after an a there may be another.
    legal = np.tile(np.eye(end + 1, end, -1, dtype=np.float32), (end + 1, 1, 1))
    legal[1, :, :2], legal[end] = 1, 0
    y = legal.reshape(-1, end).take(read * (end + 1) + following, axis=0)
    return Batch(x, y, 1 + letters * n.astype(np.int64))
