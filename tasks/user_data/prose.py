"""Next-character prediction on the user's own text."""

import numpy as np

from ..framework.batches import Splits
from ..framework.errors import TaskError
from ..framework.panels import Text
from ..preparation import texts
from ..shared.characters import NextCharacter, in_rows, side_by_side
from .own_files import ROOM
from .repeated import period

ROWS, LEAST = 16, 256  # rows of validation and of test, and least characters per row
MOST = 200_000  # most characters of validation and of test: they are held one-hot, all at once
BATCH = 64  # rows of the largest batch in the search space
SAID, SHORT = 20, 8  # characters in a message; of a stretch that is a rhythm, no text
SHOWN = 160  # characters in a picture


class Prose(NextCharacter):
    """The next character, at every step of a text.

    The last tenth of the characters, at most 200,000, is the test split. As many before it are the
    validation split, and the rest is for training. The splits do not overlap, in inputs or in
    targets, and do not depend on the study's rng.

    x (N, T, K) is one-hot over the K characters of the training text, y (N, T) the character that
    follows each. A character that does not occur in the training text is a row of zeros in x, and
    never a target. Training reads its text in as many rows as a batch has, ``length`` characters
    per update; the state is carried from update to update, the gradient is not. Validation and
    test are read whole, in up to 16 rows.

    The score is in nats per character; divided by ln 2 = .693 it is in bits. Baselines: unigram,
    bigram and trigram counts of the training text.
    """

    def __init__(self, text: str, **options):
        super().__init__(**options)
        held_out = min(len(text) // 10, MOST)
        first, second = len(text) - 2 * held_out, len(text) - held_out
        if first <= BATCH * self.length:
            raise TaskError(
                f"{len(text)} characters leave {first} to train on: {BATCH} rows of length "
                f"{self.length} need more; give a longer text or a smaller length"
            )
        self.notes = _repetition(text.strip(), "its") or _repetition(
            text[:first], "the training text's"
        )
        self.alphabet = "".join(sorted({*text[:first]}))
        self.inputs = self.outputs = len(self.alphabet)
        room = 4 * held_out * self.inputs
        if room > ROOM:
            raise TaskError(
                f"{held_out} characters to test on, one-hot of {self.inputs} kinds, take "
                f"{room / 2**30:.1f} GiB; give a shorter text, or one of fewer kinds of characters"
            )
        place = {symbol: i for i, symbol in enumerate(self.alphabet)}
        codes = np.array([place.get(symbol, self.inputs) for symbol in text])
        self.parts = np.split(codes, [first, second])

    def splits(self, rng):
        train, *held_out = self.parts
        valid, test = map(self._whole, held_out)
        return Splits(side_by_side(train, self.inputs, self.length), valid, test)

    def preparation(self, rng=None):
        return texts.NextCharacter(self.symbols())

    def symbols(self):
        return self.alphabet

    def training(self):
        return self.parts[0]

    def panels(self, batch):
        return [Text("read, and below each character the next one", *self.spelled(batch, SHOWN))]

    def _whole(self, codes):
        """A part of the text in long rows; characters new since training are read as zeros."""
        rows = min(ROWS, max(len(codes) // LEAST, 1))
        batch = in_rows(codes, self.inputs + 1, rows)
        y = np.where(batch.y == self.inputs, -1, batch.y)
        return batch._replace(x=batch.x[..., : self.inputs].copy(), y=y)


def _repetition(text, whose):
    """A note on a text that is one stretch again and again; refused if the stretch is short."""
    if (every := period(text)) == 0:
        return ()
    if every == 1:
        raise TaskError(
            f"{whose} {len(text)} characters are all {text[0]!r}: there is nothing to predict; "
            "give a text of several characters"
        )
    said = (
        f"{whose} {len(text)} characters are {text[: min(every, SAID)]!r}"
        f"{'...' if every > SAID else ''} again and again"
    )
    if every <= SHORT:
        raise TaskError(f"{said}: there is nothing to predict; give a text that does not repeat")
    return (f"{said}, every {every}: the test has been read in training",)
