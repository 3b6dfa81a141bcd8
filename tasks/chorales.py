"""JSB chorales: the next chord of Bach's chorales."""

import json
from functools import cache
from pathlib import Path
from typing import ClassVar

from .data_files.fetching import fetch
from .framework.batches import Batch, Dataset, Splits
from .framework.registry import register
from .shared.next_chord import NextChord
from .shared.pianoroll import next_chords, roll
from .shared.writers import Chords


@register("chorales")
class Chorales(NextChord):
    """Which of 88 keys sound in the next quarter note of a four-part chorale by Bach.

    One row, the first piece of the training split; each chord is predicted from all before it,
    the first one from silence::

        x    (silence)      C4 C5 G5 E6    C5 G5 E6        G4 A#4 E5 C6
        y    C4 C5 G5 E6    C5 G5 E6       G4 A#4 E5 C6    A4 F5 D6

    x and y (N, T, 88) of 0 and 1, lengths 25 to 160, y one frame ahead; key 0 is MIDI note 21. (The
    file's keys lie about an octave above the voices of a choir; they are left as they are.) The
    given split of 229, 76 and 77 pieces, 13807, 4602 and 4725 frames; it does not depend on the
    study's rng.

    The score is in nats per frame, summed over 88 independent keys and averaged over the frames
    of all pieces, the first frame included. Some published figures leave it out, which changes
    them by about .02: never mix the two counts. Baselines: each key at its rate in training; the
    last chord again, but for one chance of all keys to go on and one to begin; each key by whether
    it sounded in the frame before. Published: LSTM 8.67, GRU 8.54 (Chung 2014);
    LSTM 8.45, GRU 8.43, tanh 8.91 (Bai 2018); 8.38, the best of the Search Space Odyssey. It
    takes many updates, so small batches.

    Boulanger-Lewandowski, Bengio, Vincent (2012), ICML, arXiv:1206.6392, whose split this is.
    """

    reads = ("jsb-chorales-quarter.json",)
    epochs = 60
    patience = 10
    search: ClassVar = {"batch": [1, 2, 4]}

    def splits(self, rng):
        train, valid, test = load()
        return Splits(Dataset(train), valid, test)

    def writer(self):
        return Chords()


@cache
def load() -> tuple[Batch, Batch, Batch]:
    """Training, validation and test pieces."""
    return parse(fetch("jsb-chorales-quarter.json"))


def parse(path: Path) -> tuple[Batch, Batch, Batch]:
    """A JSON object of train, valid and test: lists of pieces, of frames, of MIDI numbers."""
    pieces = json.loads(path.read_text())
    train, valid, test = (
        next_chords([roll(piece) for piece in pieces[part]]) for part in ("train", "valid", "test")
    )
    return train, valid, test
