"""Dyck words: brackets of several kinds, closed in the right order."""

from functools import lru_cache, partial
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Splits, Stream
from .framework.errors import TaskError
from .framework.registry import register
from .shared.legal_sets import NextSymbols, memoryless
from .shared.symbols import one_hot

BRACKETS = ("()", "[]", "{}", "<>")


@register("dyck")
class Dyck(NextSymbols):
    """Which brackets may come next in a Dyck word of bounded depth.

    One row, two kinds of brackets, ``depth=2``: the word ([])[] and, below each bracket read, the
    set to predict. ::

        x  (    [    ]    )    [    ]
        y  ([)  ]    ([)  ([   ([]  ([

    x (N, T, 2k) is one-hot, the k = ``kinds`` opening brackets first, then the closing ones; y
    (N, T, 2k), in the same order, holds a 1 for every legal bracket: any opening one below the
    maximal ``depth``, and the closing one that fits the last that is open. A word may end
    wherever nothing is open, which is where no closing bracket is legal: no symbol says so.

    Words of a length have equally likely shapes, and each pair an equally likely kind. Lengths
    are even, uniform from 2 to ``length`` in training and validation, from there to
    ``test_length`` in the test split, which is thus never met in training; validation is drawn
    as training is, and shares short words with it.

    One kind asks for a count, two ask for a stack. Hence the baseline "kinds forgotten", which
    knows the depth, and of the brackets that are open only the one just read: after a closing
    bracket it takes the last open one for the kind that is open most often.

    Suzgun, Gehrmann, Belinkov, Shieber (2019), arXiv:1911.03329 and its predecessors: sets to
    predict at every step, a word counted as right if all its sets are, words from a probabilistic
    grammar in place of equally likely shapes. Hewitt, Hahn, Ganguli, Liang, Manning (2020), EMNLP,
    arXiv:2010.07515, bounds the depth. Neither has a stop rule.
    """

    inputs = 4
    outputs = 4
    epochs = 30
    search: ClassVar = {"hidden": (8, 64)}

    kinds = 2
    depth = 4
    length = 40
    test_length = 80
    valid_sequences = 500
    test_sequences = 500
    at_least: ClassVar = {"length": 2, "test_length": 4}

    def __init__(self, **options):
        super().__init__(**options)
        if self.test_length // 2 <= self.length // 2:
            raise TaskError(
                f"test_length must be an even number above length, which is {self.length}, "
                f"got {self.test_length}"
            )
        self.inputs = self.outputs = 2 * self.kinds

    def splits(self, rng):
        draw = partial(words, kinds=self.kinds, depth=self.depth)
        short, long = (2, self.length), (self.length // 2 * 2 + 2, self.test_length)
        return Splits(
            Stream(partial(draw, lengths=short), at_once=32),
            draw(rng, self.valid_sequences, lengths=short),
            draw(rng, self.test_sequences, lengths=long),
        )

    def baselines(self, splits):
        """Sets counted on the validation words, measured on the test words."""
        guesses = memoryless(splits.valid, splits.test)
        if self.kinds > 1:
            guesses["kinds forgotten"] = self._without_kinds(splits)
        return self.scores(guesses, splits.test)

    def legend(self):
        return names(self.kinds), names(self.kinds)

    def _without_kinds(self, splits):
        counted, asked = splits.valid, splits.test
        k = self.kinds
        usual = np.eye(k)[counted.y[counted.valid()][:, k:].sum(0).argmax()]
        open_ones = asked.y[..., k:].any(-1, keepdims=True)
        guess = asked.y.copy()
        closed = asked.x[..., k:].any(-1)
        guess[closed, k:] = (open_ones * usual)[closed]
        return guess - 0.5


def names(kinds: int) -> list[str]:
    """A character, or a few, for each bracket: opening ones first."""
    pairs = [BRACKETS[i] if i < len(BRACKETS) else (f"({i}", f"){i}") for i in range(kinds)]
    return [pair[side] for side in (0, 1) for pair in pairs]


def words(
    rng: np.random.Generator, size: int, kinds: int, depth: int, lengths: tuple[int, int]
) -> Batch:
    """``size`` words, their lengths even and uniform between two bounds."""
    shortest, longest = lengths
    pairs = rng.integers(-(-shortest // 2), longest // 2, size, endpoint=True)
    heights = profiles(rng, 2 * pairs, depth)
    kind = rng.integers(kinds, size=(size, heights.shape[1] - 1), dtype=np.int16)
    return as_batch(heights, kind, kinds, 2 * pairs, depth)


def profiles(rng: np.random.Generator, lengths: np.ndarray, depth: int) -> np.ndarray:
    """(N, T + 1) how many brackets are open before the first step and after each.

    Every profile of its length that never exceeds ``depth`` is equally likely.
    """
    steps = int(lengths.max())
    opening = chances(steps, depth).ravel()
    coins = rng.random((steps, len(lengths)), np.float32)
    opens = np.empty((steps, len(lengths)), bool)
    place = lengths * (depth + 1)  # in ``opening``; below 0 past the end
    for t in range(steps):
        np.less(coins[t], opening.take(place, mode="clip"), out=opens[t])
        place = place + np.where(opens[t], -depth, -depth - 2)
    height = np.zeros((steps + 1, len(lengths)), np.int16)
    height[1:] = 2 * opens.view(np.int8) - 1
    for t in range(steps):  # faster than cumsum, which cannot take a row at a time
        height[t + 1] += height[t]
    ended = np.arange(steps + 1) > lengths[:, None]
    return np.where(ended, np.int16(0), np.ascontiguousarray(height.T))


@lru_cache(maxsize=64)
def chances(steps: int, depth: int) -> np.ndarray:
    """(steps + 1, depth + 1) the chance that a bracket opens, by steps left and brackets open."""
    ways = np.zeros((steps + 1, depth + 3))  # a column on either side that no word enters
    ways[0, 1] = 1
    for left in range(1, steps + 1):
        ways[left, 1:-1] = ways[left - 1, :-2] + ways[left - 1, 2:]
        ways[left] /= ways[left].max()  # only ratios within a row are asked for
    opened, closed = ways[:-1, 2:], ways[:-1, :-2]
    found = np.zeros((steps + 1, depth + 1))
    np.divide(opened, opened + closed, out=found[1:], where=opened + closed > 0)
    # At the limit ``opened`` is the column outside, where rows hold 0: nothing opens there.
    return found


def as_batch(heights, kind, kinds: int, lengths, depth: int) -> Batch:
    """Words from their profiles (N, T + 1) and the kind (N, T) that a bracket opened there has."""
    height = heights[:, 1:]
    opens = height > heights[:, :-1]
    innermost = last_open(height, opens, kind)
    closed = np.roll(innermost, 1, axis=1)  # nothing closes at the first step
    alive = np.arange(height.shape[1]) < lengths[:, None]
    x = one_hot(np.where(alive, np.where(opens, kind, closed + kinds), -1), 2 * kinds)
    # By whether a bracket may open, and which may close, the last row for none.
    legal = np.zeros((2, kinds + 1, 2 * kinds), np.float32)
    legal[1, :, :kinds] = 1
    legal[:, :kinds, kinds:] = np.eye(kinds)
    closing = np.where(height > 0, innermost, kinds)
    opening = (alive & (height < depth)).astype(np.int16)
    y = legal.reshape(-1, 2 * kinds).take((kinds + 1) * opening + closing, axis=0)
    return Batch(x, y, lengths)


def last_open(height, opens, kind):
    """(N, T) the kind of the innermost open bracket after each step; any where none is open."""
    bits = int(kind.max()).bit_length()
    small = np.min_scalar_type(height.shape[1] << bits)
    when = (np.arange(height.shape[1]) << bits).astype(small)
    opened = np.ascontiguousarray(((when + kind.astype(small)) * opens).T)  # the later, the larger
    levels = np.arange(1, height.max() + 1, dtype=np.int16)[:, None]
    here = np.ascontiguousarray(height.T)[:, None] == levels  # (T, levels, N)
    latest = opened[:, None] * here
    for t in range(1, len(latest)):  # accumulate would not take a row at a time
        np.maximum(latest[t], latest[t - 1], out=latest[t])
    return ((latest * here).max(1).T & (1 << bits) - 1).astype(np.int16)
