"""Long time lags: the first symbol decides the last one, over distractors."""

from typing import ClassVar

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Examined
from .shared.generated import Generated
from .shared.guessing import random_weights
from .shared.symbols import drawn, most_frequent, one_hot

ENDING = 0.1  # probability that 2c ends, at each step after its lag


@register("long_lag")
class LongLag(Generated):
    """The next symbol of a string whose last one repeats one of the first.

    One row of each form, with the target below what is read. ``form="2a"``, ``lag=5``; there are
    two strings only, and everything but the last symbol can be learned by heart::

        x   y   a1  a2  a3  a4
        y   a1  a2  a3  a4  y

    ``form="2b"``: what lies between is drawn anew for every string, from a1 ... a(p-1)::

        x   x   a3  a3  a1  a4
        y   a3  a3  a1  a4  x

    ``form="2c"``, ``lag=3``: b opens, q random distractors, then before each further one a tenth's
    chance that the trigger e comes instead; only then is something asked::

        x   b   y   a4  a2  a2  a7  e
        y   .   .   .   .   .   .   y

    In 2a and 2b, ``lag`` is the paper's p: strings have p + 1 symbols, of which the last is
    predicted and never read; x (N, p, p + 1) is one-hot in the order a1 ... a(p-1), x, y, and
    y (N, p) the next symbol in the same order. In 2c ``lag`` is q and ``distractors`` p; x
    (N, T, p + 4) is one-hot in the order a1 ... ap, e, b, x, y, and y (N, T) is 0 for x and 1 for
    y at the trigger, -1 before. x and y open a string equally often.

    The metric is the share of strings solved, every target named right. Distractors of 2b cannot
    be predicted: its training asks for every symbol, as in the paper, its validation and test only
    for the last one, by which the paper judges. Baselines: the best answer to the symbol on
    show, that is, with the first one forgotten: half of all strings; and the class most often
    asked for. Guessing weights does not help where there are a hundred outputs (2a, 2b); 2c was
    solved by one of eight sets of 5000 nets, drawn with other seeds than the baseline's. 2a has two
    strings only, so its three splits hold the same ones and its test says nothing of unseen
    strings: it asks for a memory, not for generalisation.

    In the paper: one string per update; solved is a run whose outputs, on 10,000 fresh strings,
    are all within .25 of the targets (2a: every step, 2b: the last) or .2 (2c), at most 5,000,000
    training strings. LSTM needed 5,040 (2a, p = 100), 5,680 (2b, p = 100), 49,000 (2c,
    p = q = 1000). That is ``stop``, the strings being looked at after every 100 of training; a
    study has a fixed budget, and draws validation and test once.

    Hochreiter, Schmidhuber (1997), Neural Computation 9(8), experiments 2a, 2b and 2c.
    """

    kind = "labelling"
    next_step = True
    metric = "solved"
    inputs = 101
    outputs = 101
    epochs = 30

    form = "2a"
    lag = 100
    distractors = 100
    valid_sequences = 200
    test_sequences = 500
    at_least: ClassVar = {"lag": 2}
    choices: ClassVar = {"form": ("2a", "2b", "2c")}

    def __init__(self, **options):
        super().__init__(**options)
        very_long = self.form == "2c"
        self.inputs = self.distractors + 4 if very_long else self.lag + 1
        self.outputs = 2 if very_long else self.lag + 1
        self.stop = Examined(within=0.2 if very_long else 0.25, of=10_000)

    def draw(self, rng, size, split="train"):
        if self.form == "2c":
            return triggered(rng, size, self.lag, self.distractors)
        noisy = self.form == "2b"
        return repeating(rng, size, self.lag, noisy, last_only=noisy and split != "train")

    def baselines(self, splits):
        """Answers counted on the validation split, measured on the test split."""
        valid, test = splits.valid, splits.test
        seen, asked = (part.x.argmax(-1) for part in (valid, test))
        known = {
            "first symbol forgotten": (seen, asked),
            "majority symbol": (np.zeros_like(seen), np.zeros_like(asked)),
        }
        answers = most_frequent(known, valid.y, self.inputs, self.outputs)
        return self.scores(answers, test) | random_weights(self, splits)

    def legend(self):
        if self.form == "2c":
            return [*_distractors(self.distractors), *"ebxy"], "xy"
        names = [*_distractors(self.lag - 1), *"xy"]
        return names, names

    def sketch(self, batch):
        return drawn(batch, *self.legend())


def repeating(
    rng: np.random.Generator, size: int, lag: int, noisy: bool, last_only: bool = False
) -> Batch:
    """Forms 2a and 2b: ``size`` strings of ``lag`` + 1 symbols, the first also the last."""
    ends = lag - 1 + rng.integers(0, 2, (size, 1))
    if noisy:
        between = rng.integers(0, lag - 1, (size, lag - 1))
    else:
        between = np.broadcast_to(np.arange(lag - 1), (size, lag - 1))
    string = np.concatenate([ends, between, ends], axis=1)
    y = string[:, 1:].copy()
    if last_only:
        y[:, :-1] = -1
    return Batch(one_hot(string[:, :-1], lag + 1), y)


def triggered(rng: np.random.Generator, size: int, lag: int, distractors: int) -> Batch:
    """Form 2c: ``size`` strings that end with e, ``lag`` or more distractors after x or y."""
    rows = np.arange(size)
    e, b, x = distractors + np.arange(3)
    lengths = lag + 2 + rng.geometric(ENDING, size)
    symbol = rng.integers(0, 2, size)
    string = rng.integers(0, distractors, (size, lengths.max()))
    string[:, 0], string[:, 1] = b, x + symbol
    string[rows, lengths - 1] = e
    string[np.arange(lengths.max()) >= lengths[:, None]] = -1
    y = np.full(string.shape, -1)
    y[rows, lengths - 1] = symbol
    return Batch(one_hot(string, distractors + 4), y, lengths)


def _distractors(count):
    return [f"a{i + 1}" for i in range(count)]
