"""Japanese vowels: which of nine men says "ae"."""

from functools import cache
from pathlib import Path

import numpy as np

from .archives.cases import numbered
from .archives.ts import read_ts
from .data_files.fetching import fetch_all
from .framework.batches import Batch
from .framework.registry import register
from .preparation.sequences import Sequences
from .shared.held_out import HeldOut
from .shared.partition import hold_out
from .shared.ragged import padded, standardised

SPEAKERS = [f"speaker {k + 1}" for k in range(9)]


@register("japanese_vowels")
class JapaneseVowels(HeldOut):
    """The speaker of two vowels, out of nine, from 7 to 29 steps of 12 cepstral coefficients.

    One row, the first utterance, its first and last of 12 channels over 20 steps, before they
    are standardised::

        LPCC 1    1.86  1.89  1.94  1.72  1.74  1.69  1.64  1.64 ...  1.26
        LPCC 12    .08   .12   .05   .06   .05   .04   .07   .05 ...   .06      y = 0

    x (N, T, 12), standardised with the mean and spread of the training steps, zeros past each
    end; y (N,) the speaker. The given split: 270 utterances, 30 of each man, and 370 to test on,
    24 to 88 of each. A stratified fifth of the 270, drawn by the study's rng, is for validation;
    ``validation="none"`` trains on all 270 for a fixed number of epochs, as most published
    figures do: what is then called validation is a look at training utterances.

    Baselines: the majority class; a logistic regression on the mean and spread of each channel,
    which forgets all order. That classical model is not behind the networks here: .96 when all
    270 are trained on, an LSTM of 64 units .95. Published: a multilayer perceptron .976, a
    convolutional network .993.

    Kudo, Toyama, Shimbo (1999), Pattern Recognition Letters 20(11-13); UCI data set 128,
    CC BY 4.0. The paper's own classifier reached .941.
    """

    reads = ("JapaneseVowels_TRAIN.ts", "JapaneseVowels_TEST.ts")
    inputs = 12
    outputs = 9
    epochs = 60
    patience = 20
    min_updates = 300

    def splits(self, rng):
        given, test = load("JapaneseVowels_TRAIN.ts"), load("JapaneseVowels_TEST.ts")
        train, valid = hold_out(rng, given.y, self.validation)
        return standardised(given.rows(train), given.rows(valid).cropped(), test)

    def preparation(self, rng=None):
        rng = rng or np.random.default_rng(0)
        given = load("JapaneseVowels_TRAIN.ts")
        train, _ = hold_out(rng, given.y, self.validation)
        return Sequences.of(self, given.rows(train), SPEAKERS)

    def legend(self):
        return [f"LPCC {i + 1}" for i in range(self.inputs)], SPEAKERS


@cache
def load(name: str) -> Batch:
    """The utterances of one of the two files."""
    paths = fetch_all(*JapaneseVowels.reads)
    return parse(paths[JapaneseVowels.reads.index(name)])


def parse(path: Path) -> Batch:
    """The utterances of a .ts file; classes are numbered as its header lists them.

    Raises:
        TaskError: the file is damaged.
    """
    cases = read_ts(path)
    x, lengths = padded(cases.sequences)
    return Batch(x, numbered(cases.targets.tolist(), cases.classes, path.name), lengths)
