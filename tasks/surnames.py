"""Surnames: which language a name comes from, read character by character."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from .data_files.fetching import fetch_all
from .data_files.files import SURNAMES
from .framework.batches import Batch, Dataset, Splits
from .framework.registry import register
from .preparation.texts import Strings
from .shared.held_out import HeldOut
from .shared.references import ngrams_and_logistic
from .shared.text import one_hot, plain, spelled

LANGUAGES = tuple(sorted(SURNAMES))
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ '-"


@register("surnames")
class Surnames(HeldOut):
    """The language of a surname, out of 18, from its letters.

    One row: T = 9 one-hot letters, a class after the last one. ::

        x    A  n  t  o  n  e  l  l  i      y = Italian

    x (N, T, 56) is one-hot, letters of both cases, space, apostrophe and hyphen, and one place
    for any other symbol; y (N,) the place of the language in alphabetical order; T is up to 20.
    Accents are taken off, as in the tutorial that made the data known.

    The files hold 20,050 names, but many of them twice (of 2000 Arabic names 108 differ), which
    would be in training and test alike. Here each name counts once per language, 17,993 in all;
    477 of them are names of more than one language, so that nothing reaches 1. A stratified
    fifth, drawn by the study's rng, is the test split; of the rest a stratified fifth is for
    validation. ``validation="none"`` trains on all of the rest for a fixed number of epochs: what
    is then called validation is a look at training names.

    Baselines: the majority class, Russian; a logistic regression on tf-idf of 1 to 4
    neighbouring letters, which sees no order beyond them. A classical model beats the networks
    here: it reaches .82, LSTM and GRU of 128 units .81.

    Robertson (2017), Practical PyTorch, "Classifying names with a character-level RNN", MIT.
    """

    reads = tuple(f"surnames-{language}.txt" for language in LANGUAGES)
    inputs = len(ALPHABET) + 1
    outputs = len(LANGUAGES)
    labels = LANGUAGES
    epochs = 30
    patience = 5
    min_updates = 1000

    def splits(self, rng):
        train, *others = self.divided(rng, load(), 1 / 5)
        return Splits(Dataset(train), *others)

    def preparation(self, rng=None):
        return Strings(ALPHABET, LANGUAGES, "plain")

    def reference(self, train, test):
        return {
            "logistic on letter n-grams": ngrams_and_logistic(train, test, ALPHABET, words=False)
        }

    def legend(self):
        return ALPHABET + "~", LANGUAGES

    def sketch(self, batch):
        (name,) = spelled(batch.rows([0]), ALPHABET)
        return f"x    {'  '.join(name)}      y = {LANGUAGES[batch.y[0]]}"


@cache
def load() -> Batch:
    """Every name once per language."""
    paths = fetch_all(*Surnames.reads)
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return parse(dict(zip(LANGUAGES, texts, strict=True)))


def parse(names: Mapping[str, str]) -> Batch:
    """Of texts with a name per line, by language; each name once, in the order of the lines."""
    different = [
        (name, LANGUAGES.index(language))
        for language, lines in names.items()
        for name in dict.fromkeys(map(plain, lines.splitlines()))
        if name
    ]
    strings, classes = zip(*different, strict=True)
    x, lengths = one_hot(strings, ALPHABET)
    return Batch(x, np.array(classes, np.int64), lengths)
