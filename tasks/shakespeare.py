"""Tiny Shakespeare: the next character of the plays."""

from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from .data_files.fetching import fetch
from .framework.batches import Splits
from .framework.errors import TaskError
from .framework.registry import register
from .preparation import texts
from .shared.characters import NextCharacter, in_rows, side_by_side

TEST, VALID = 1 / 10, 1 / 20  # shares of the text, at its end and before that
ROWS = 16  # long ones, of validation and of test


@register("shakespeare")
class Shakespeare(NextCharacter):
    """The next character, at every step of Shakespeare's plays.

    One row, the beginning of the text, | for the end of a line::

        x    F i r s t   C i t i z e n : | B e f o r e   w e ...
        y    i r s t   C i t i z e n : | B e f o r e   w e   ...

    x (N, T, 65) is one-hot in the order of the characters' codes, y (N, T) the character after
    each. The last tenth of the 1,115,394 characters is the test split, the twentieth before it
    for validation. Training reads the rest in as many rows as a batch has, ``length`` characters
    to an update; the state is carried from update to update, the gradient is not. Validation and
    test are read whole, in 16 rows; only the first characters of a row lack what was before.

    ``validation="none"`` is the usual 90/10: all but the test split is trained on, and what stands
    for validation is a look at the end of it.

    The score is in nats per character; over ln 2 = .693 it is in bits. An LSTM of 128 units has
    1.71 after eight epochs. Baselines: characters counted on the training text, alone, after one
    and after two others, each count leaning on the shorter one.

    Karpathy (2015), The unreasonable effectiveness of recurrent neural networks; the text in his
    repository char-rnn.
    """

    reads = ("tiny-shakespeare.txt",)
    inputs = 65
    outputs = 65

    validation = "twentieth"
    choices: ClassVar = {"validation": ("twentieth", "none")}

    def __init__(self, **options):
        super().__init__(**options)
        self.has_validation = self.validation != "none"

    def splits(self, rng):
        train, valid, test = self._parts()
        if self.length >= len(valid):
            raise TaskError(f"length must be below {len(valid)}, the validation text's")
        return Splits(
            side_by_side(train, self.inputs, self.length),
            in_rows(valid, self.inputs, ROWS),
            in_rows(test, self.inputs, ROWS),
        )

    def preparation(self, rng=None):
        return texts.NextCharacter(self.symbols())

    def symbols(self):
        return alphabet()

    def training(self):
        return self._parts()[0]

    def _parts(self):
        codes = load()
        first, second = int(len(codes) * (1 - TEST - VALID)), int(len(codes) * (1 - TEST))
        trained = codes[:second] if self.validation == "none" else codes[:first]
        return trained, codes[first:second], codes[second:]


@cache
def load() -> np.ndarray:
    """(1115394,) uint8, the place of each character in ``alphabet()``."""
    return parse(fetch("tiny-shakespeare.txt"))[0]


@cache
def alphabet() -> str:
    """The 65 characters in the order of their codes."""
    return parse(fetch("tiny-shakespeare.txt"))[1]


def parse(path: Path) -> tuple[np.ndarray, str]:
    """The places of a text's characters, and all its characters in the order of their codes."""
    symbols, codes = np.unique([*path.read_text(encoding="ascii")], return_inverse=True)
    return codes.astype(np.uint8), "".join(symbols)
