"""Nottingham: the next chord of British and American folk tunes."""

from functools import cache
from pathlib import Path
from typing import ClassVar

from .data_files.fetching import fetch
from .framework.batches import Batch, Dataset, Splits
from .framework.registry import register
from .shared.next_chord import NextChord
from .shared.pianoroll import next_chords
from .shared.writers import Chords


@register("nottingham")
class Nottingham(NextChord):
    """Which of 88 keys sound in the next frame of a folk tune with its chords.

    One row, the first tune of the training split, the chord below and the melody above; each
    frame is predicted from all before it, the first one from silence::

        x    (silence)      C3 E3 G3 E4    C3 E3 G3 E4    C3 E3 G3 G4
        y    C3 E3 G3 E4    C3 E3 G3 E4    C3 E3 G3 G4    C3 E3 G3 F4

    x and y (N, T, 88) of 0 and 1, y one frame ahead; key 0 is MIDI note 21. The given split of 694,
    173 and 170 tunes, 176,561, 45,513 and 44,463 frames; it does not depend on the study's rng.
    Tunes have 40 to 1793 frames; those of more than ``longest`` are cut, and what follows a cut
    begins with the frame before it, in the cell's initial state. Published figures are of whole
    tunes: LSTM 3.29, GRU 3.46, tanh 4.05 (Bai 2018); LSTM 3.20, GRU 3.23, tanh 3.13 (Chung 2014).

    The score is in nats per frame, summed over 88 independent keys and averaged over all frames,
    the first one included. Baselines: each key at its rate in training; the last chord
    again, but for one chance of all keys to go on and one to begin; each key by whether it sounded
    in the frame before.

    Boulanger-Lewandowski, Bengio, Vincent (2012), ICML, arXiv:1206.6392; tunes of the Nottingham
    Music Database by Foxley.
    """

    reads = ("Nottingham.mat",)
    epochs = 30
    patience = 5
    search: ClassVar = {"batch": [4, 8, 16]}

    longest = 260
    at_least: ClassVar = {"longest": 2}

    def splits(self, rng):
        train, valid, test = load(self.longest)
        return Splits(Dataset(train), valid, test)

    def writer(self):
        return Chords(beats=1 / 2)


@cache
def load(longest: int) -> tuple[Batch, Batch, Batch]:
    """Training, validation and test tunes."""
    return parse(fetch("Nottingham.mat"), longest)


def parse(path: Path, longest: int) -> tuple[Batch, Batch, Batch]:
    """A MATLAB file of traindata, validdata and testdata: cells of piano rolls (T, 88)."""
    from scipy.io import loadmat

    tunes = loadmat(path)
    train, valid, test = (
        next_chords(list(tunes[f"{part}data"].ravel()), longest)
        for part in ("train", "valid", "test")
    )
    return train, valid, test
