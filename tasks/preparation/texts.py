"""Texts: the next character, or the class of a short one."""

from dataclasses import dataclass

import numpy as np

from ..framework.errors import TaskError
from ..shared.text import FORMS, one_hot
from ..shared.writers import Symbols
from .answers import of_classes
from .preparation import Preparation, shaped

TEXT = "text"  # the column of texts in a table of requests
LONGEST = 100_000  # most characters of one text: they are held one-hot, all at once


@dataclass(frozen=True)
class NextCharacter(Preparation):
    """A text is read one character at a time; the answer is what may come next.

    A character that is not in the alphabet is read as a row of zeros, as in training.

    alphabet: the K characters in the order of x.
    """

    kind, reads = "text", "a text; the answer is the character after its last one"

    alphabet: str

    def answer(self, network, raw):
        """The probability of each character after a text, a row per text.

        Args:
            raw: a text, or several.
        """
        texts = _texts(raw)
        K = len(self.alphabet)
        rows = [
            shaped(network.predict(one_hot([text], self.alphabet)[0][..., :K])[:, -1], (1, K))
            for text in texts
        ]
        return of_classes(np.concatenate(rows), self.alphabet)

    @property
    def classes(self):
        """Names of the probabilities in an answer."""
        return [*self.alphabet]

    def writer(self):
        """What continues a text with a network's draws."""
        return Symbols(self.alphabet)


@dataclass(frozen=True)
class Strings(Preparation):
    """A short text is read to its end; the answer is its class.

    alphabet: the characters in the order of x, which has one more place for any other.
    labels: names of the classes.
    form: what is done to a text first, a name in ``shared.text.FORMS``; "" for nothing.
    longest: characters that are read; 0 for all.
    """

    kind, reads = "strings", "a short text, or several; the answer is the class of each"

    alphabet: str
    labels: tuple[str, ...]
    form: str = ""
    longest: int = 0

    @property
    def classes(self):
        """Names of the probabilities in an answer."""
        return [*self.labels]

    def answer(self, network, raw):
        """The class of each text with the probability of every class.

        Args:
            raw: a text, or several.
        """
        texts = [FORMS[self.form](text) if self.form else text for text in _texts(raw)]
        texts = [text[: self.longest or None] for text in texts]
        _filled(texts)
        x, lengths = one_hot(texts, self.alphabet)
        logits = shaped(network.predict(x, lengths), (len(texts), len(self.labels)))
        return of_classes(logits, self.labels)


def _texts(raw):
    texts = [raw] if isinstance(raw, str) else raw
    if (
        not isinstance(texts, list | tuple)
        or not texts
        or not all(isinstance(text, str) for text in texts)
    ):
        raise TaskError("give a text, or a list of texts")
    _filled(texts)
    if (most := max(map(len, texts))) > LONGEST:
        raise TaskError(f"a text of {most:,} characters is too long: give at most {LONGEST:,}")
    return texts


def _filled(texts):
    if "" in texts:
        raise TaskError("a text is empty: give at least one character")
