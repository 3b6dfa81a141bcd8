"""The copying memory problem: ten symbols, a long silence, the same ten symbols."""

from typing import ClassVar

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .shared.generated import Generated
from .shared.symbols import drawn, log_frequencies, one_hot

BLANK = 0
IMPOSSIBLE = -1e3  # a logit: finite, and its probability is 0 in float64


@register("copy_memory")
class CopyMemory(Generated):
    """Repeat ten symbols after a silence of T steps.

    One row with ``items=3``, ``length=5``: 1 to 8 are symbols, _ is the blank, : the signal to
    answer, which stands ``length`` steps after the last symbol. ::

        x   4  1  7  _  _  _  _  :  _  _  _
        y   _  _  _  _  _  _  _  _  4  1  7

    x (N, T + 2 items, symbols + 2) is one-hot in the order blank, symbols, signal, and
    y (N, T + 2 items) the class to give at each step, 0 for the blank; every step counts. The
    symbols are drawn from U{1, ..., ``symbols``}.

    The metric is nats per step. Baselines: the uniform guess, ln 9; the memoryless strategy, which
    knows when to answer and guesses what, 10 ln 8 / (T + 20) (.173 at T = 100, .0204 at
    T = 1000); and the frequencies of every step counted on the validation split, about the same.
    A cell reaches the memoryless score soon and may stay there for thousands of updates: only
    what is below it was remembered, and published scores of .020 at T = 1000 are failures.

    In the paper: 100,000 training sequences and 10,000 to test, T = 100 to 500, RMSprop; no stop
    rule, the curve of the cross-entropy is shown. Here: training is a stream of batches with a
    fixed budget, validation and test are drawn once from the study's rng.

    Arjovsky, Shah, Bengio (2016), ICML, arXiv:1511.06464.
    """

    kind = "labelling"
    metric = "nll"
    inputs = 10
    outputs = 9
    epochs = 60

    length = 100
    items = 10
    symbols = 8
    valid_sequences = 200
    test_sequences = 1000
    at_least: ClassVar = {"symbols": 2}

    def __init__(self, **options):
        super().__init__(**options)
        self.inputs, self.outputs = self.symbols + 2, self.symbols + 1

    def draw(self, rng, size, split="train"):
        return copy_memory(rng, size, self.length, self.items, self.symbols)

    def baselines(self, splits):
        y, valid = splits.test.y, splits.valid.y
        steps = y.shape[1]
        memoryless = np.full((steps, self.outputs), IMPOSSIBLE)
        memoryless[: -self.items, BLANK] = 0
        memoryless[-self.items :, BLANK + 1 :] = 0
        place = np.broadcast_to(np.arange(steps), valid.shape)
        answers = {
            "uniform guess": np.zeros((steps, self.outputs)),
            "memoryless": memoryless,
            "frequencies of each step": log_frequencies(place, valid, steps, self.outputs),
        }
        shape = (*y.shape, self.outputs)
        return self.scores({n: np.broadcast_to(a, shape) for n, a in answers.items()}, splits.test)

    def legend(self):
        names = ["_", *map(str, range(1, self.symbols + 1)), ":"]
        return names, names[:-1]

    def sketch(self, batch):
        return drawn(batch, *self.legend())


def copy_memory(
    rng: np.random.Generator, size: int, length: int, items: int, symbols: int
) -> Batch:
    """``size`` fresh sequences of ``length`` + 2 ``items`` steps."""
    shown = rng.integers(BLANK + 1, symbols + 1, (size, items))
    string = np.full((size, length + 2 * items), BLANK)
    y = string.copy()
    string[:, :items], string[:, items + length - 1] = shown, symbols + 1
    y[:, -items:] = shown
    return Batch(one_hot(string, symbols + 2), y)
