"""SMS spam: whether a text message is an advertisement, read character by character."""

from functools import cache

import numpy as np

from .data_files.fetching import fetch
from .framework.batches import Batch, Dataset, Splits
from .framework.errors import TaskError
from .framework.registry import register
from .preparation.texts import Strings
from .shared.held_out import HeldOut
from .shared.references import ngrams_and_logistic
from .shared.text import folded, one_hot, spelled

ALPHABET = "abcdefghijklmnopqrstuvwxyz0 .,!?'&:/-£"
CLASSES = ("ham", "spam")


@register("sms_spam")
class SmsSpam(HeldOut):
    """Whether a text message is spam, from its characters.

    One row, from its first character to a class after its last::

        x    f r e e   e n t r y   i n   0   a   w k l y   c o m p ...      y = spam

    x (N, T, 39) is one-hot, y (N,) 0 for ham, 1 for spam. Letters are lower case, every digit is
    a 0, there is a place for each of space . , ! ? ' & : / - £ and one for any other symbol.
    Only the first ``longest`` characters are read, 160 as in one SMS.

    Of 5574 messages many are sent twice; so that none is in training and test alike, each counts
    once, as it reads here. A stratified fifth, drawn by the study's rng, is the test split; of
    the rest a stratified fifth is for validation. ``validation="none"`` trains on all of the
    rest for a fixed number of epochs: what is then called validation is a look at training
    messages.

    Baselines: the majority class, ham; a logistic regression on tf-idf of the same characters'
    words and pairs of words. A classical model beats the networks here: with all messages,
    repetitions included, the logistic regression reached .989 where an LSTM reached .975. It is
    the one to use.

    Almeida, Hidalgo, Yamakami (2011), DocEng; UCI data set 228, CC BY 4.0.
    """

    reads = ("sms-spam.tsv",)
    inputs = len(ALPHABET) + 1
    outputs = 2
    labels = CLASSES
    epochs = 20
    patience = 5
    min_updates = 500

    longest = 160

    def splits(self, rng):
        train, *others = self.divided(rng, load(self.longest), 1 / 5)
        return Splits(Dataset(train), *others)

    def preparation(self, rng=None):
        return Strings(ALPHABET, CLASSES, "folded", self.longest)

    def reference(self, train, test):
        return {"logistic on words": ngrams_and_logistic(train, test, ALPHABET, words=True)}

    def legend(self):
        return ALPHABET + "~", CLASSES

    def sketch(self, batch):
        return f"x    {spelled(batch.rows([0]), ALPHABET)[0]}      y = {CLASSES[batch.y[0]]}"


@cache
def load(longest: int) -> Batch:
    """Every message once."""
    return parse(fetch("sms-spam.tsv").read_text(encoding="utf-8"), longest)


def parse(lines: str, longest: int) -> Batch:
    """Of lines with ham or spam, a tab and the message; TaskError for any other line.

    A message that reads the same as an earlier one, as far as it is read, is left out.
    """
    messages: dict[str, int] = {}
    for number, line in enumerate(lines.removesuffix("\n").split("\n"), 1):
        label, tab, message = line.partition("\t")
        if label not in CLASSES or not tab:
            raise TaskError(f"sms-spam.tsv: line {number} is not ham or spam, a tab and a message")
        messages.setdefault(folded(message)[:longest], CLASSES.index(label))
    messages.pop("", None)
    x, lengths = one_hot([*messages], ALPHABET)
    return Batch(x, np.array([*messages.values()], np.int64), lengths)
