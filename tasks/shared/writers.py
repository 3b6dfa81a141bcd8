"""Writers of symbols and chords: sample from predictions, and encode the samples as inputs.

A sample is drawn by adding noise to logits. The index of the largest logit under Gumbel noise
follows their softmax; a logit under logistic noise is above 0 with the probability of its sigmoid
(Gumbel 1954; Maddison, Tarlow, Minka 2014). Multiplying the noise by a temperature is the same as
dividing the logits by it; temperature 0 gives the most probable answer.
"""

from collections.abc import Sequence

import numpy as np

from ..framework.errors import TaskError
from ..framework.writer import Writer
from .pianoroll import KEYS, key_name
from .symbols import one_hot

STRANGE = "~"  # shown where a step holds no symbol


class Symbols(Writer):
    """One symbol of an alphabet at every step, one-hot.

    Without an opening, a network first reads ``start``, which is not part of what it writes.

    Args:
        alphabet: the symbols in the order of x, a character each.
        sets: outputs are logits, one per symbol, that the symbol is legal. A symbol is drawn in
            proportion to these probabilities to the power of 1 / temperature.
    """

    steps, given = 500, 40

    def __init__(self, alphabet: Sequence[str], sets: bool = False):
        self.alphabet, self.sets = "".join(alphabet), sets
        self.inputs = self.outputs = len(self.alphabet)
        #: Read if there is no opening: a newline, or else the first symbol.
        self.start = "\n" if "\n" in self.alphabet else self.alphabet[0]

    def drawn(self, logits, temperature, rng):
        logits = np.asarray(logits, np.float64)
        scores = -np.logaddexp(0, -logits) if self.sets else logits
        return one_hot(
            (scores + temperature * rng.gumbel(size=scores.shape)).argmax(-1), self.inputs
        )

    def fed(self, opening):
        if opening.shape[1]:
            return opening
        return np.broadcast_to(self.read(self.start), (len(opening), 1, self.inputs))

    def opening(self, x, steps):
        return x[:steps]

    def read(self, text):
        if strange := sorted({*text} - {*self.alphabet}):
            raise TaskError(
                f"the opening has {strange[0]!r}, which is none of the task's "
                f"{len(self.alphabet)} symbols"
            )
        return one_hot(np.array([self.alphabet.index(symbol) for symbol in text], int), self.inputs)

    def shown(self, x):
        letters = np.array([*self.alphabet, STRANGE])
        return "".join(letters[np.where(x.any(-1), x.argmax(-1), -1)])


class Chords(Writer):
    """A set of keys in every frame, each sampled independently; silence before the first.

    Most keys have a probability below 1/2 most of the time: at temperatures below 1 chords become
    thin, at 0 hardly anything sounds.

    Args:
        beats: length of a frame in quarter notes.
    """

    inputs = outputs = KEYS
    steps, given = 64, 16

    def __init__(self, beats: float = 1.0):
        self.beats = beats

    def drawn(self, logits, temperature, rng):
        logits = np.asarray(logits, np.float64)
        return (logits + temperature * rng.logistic(size=logits.shape) > 0).astype(np.float32)

    def fed(self, opening):
        return np.concatenate([np.zeros_like(opening, shape=(len(opening), 1, KEYS)), opening], 1)

    def opening(self, x, steps):
        return x[1 : 1 + steps]  # the first frame is silence

    def read(self, text):
        frames = [frame.split() for frame in text.split(",")] if text.strip() else []
        x = np.zeros((len(frames), KEYS), np.float32)
        for frame, names in zip(x, frames, strict=True):
            for name in names:
                frame[_key(name)] = 1
        return x

    def shown(self, x):
        return ", ".join(
            " ".join(key_name(int(key)) for key in np.flatnonzero(frame)) for frame in x
        )


def _key(name):
    names = [key_name(key) for key in range(KEYS)]
    if name not in names:
        raise TaskError(
            f"the opening has {name!r}, which is no key from A0 to C8; write frames as "
            "C4 E4 G#4, D4 F4 A4"
        )
    return names.index(name)
