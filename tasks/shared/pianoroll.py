"""Piano rolls, music as a set of keys per frame, for the chord tasks."""

from collections.abc import Sequence

import numpy as np

from ..framework.batches import Batch
from ..framework.metrics import METRICS
from .ragged import padded

KEYS = 88  # of a piano; key 0 is MIDI note 21, the lowest A
OCTAVE = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def roll(chords: Sequence[Sequence[int]]) -> np.ndarray:
    """A piano roll (T, 88) of 0 and 1, from the MIDI numbers of each frame."""
    keys = np.zeros((len(chords), KEYS), np.float32)
    for frame, chord in zip(keys, chords, strict=True):
        frame[np.array(chord, int) - 21] = 1
    return keys


def next_chords(rolls: Sequence[np.ndarray], longest: int | None = None) -> Batch:
    """Each frame of pieces (t, 88) as y, the frame before it as x; the first x is silence.

    A piece of more than ``longest`` frames is cut. The x of a later part begins with the last
    frame before the cut.
    """
    x, y = [], []
    for piece in rolls:
        before = np.concatenate([np.zeros((1, KEYS)), piece[:-1]])
        for start in range(0, len(piece), longest or len(piece)):
            end = start + (longest or len(piece))
            x.append(before[start:end])
            y.append(piece[start:end])
    inputs, lengths = padded(x)
    batch = Batch(inputs, padded(y)[0], lengths)
    for array in (batch.x, batch.y, lengths):  # kept between calls
        array.setflags(write=False)
    return batch


def chord_baselines(train: Batch, test: Batch) -> dict[str, float]:
    """Nats per frame of models in which keys are independent.

    A key sounds at its own rate; or with a probability that depends on whether it sounded in the
    frame before, either shared by all keys or its own.
    """
    x, y = train.x[train.valid()] > 0, train.y[train.valid()] > 0
    rate = _rate(y, np.ones_like(y))
    again = np.where(test.x > 0, _share(y[x]), _share(y[~x]))
    after = np.where(test.x > 0, _rate(y, x), _rate(y, ~x))
    score = METRICS["nll"].score
    return {
        "each key's rate": score(np.broadcast_to(_logit(rate), test.y.shape), test.y, test.lengths),
        "last chord again": score(_logit(again), test.y, test.lengths),
        "each key's Markov chain": score(_logit(after), test.y, test.lengths),
    }


def sketched(batch: Batch) -> str:
    """The first frames of the first piece of a batch, as key names."""
    frames = batch.y[0, : min(int(batch.valid()[0].sum()), 8)]
    return "\n".join(
        f"y[{t}]  " + (" ".join(key_name(int(key)) for key in np.flatnonzero(frame)) or "-")
        for t, frame in enumerate(frames)
    )


def key_name(key: int) -> str:
    """Name of a key, such as C4, middle C, for key 39."""
    return f"{OCTAVE[(key + 21) % 12]}{(key + 21) // 12 - 1}"


KEY_NAMES = tuple(map(key_name, range(KEYS)))


def _rate(y, where):
    """Share of the selected frames in which each key sounds, (88,), smoothed away from 0 and 1."""
    return ((y & where).sum(0) + 0.5) / (where.sum(0) + 1)


def _share(struck):
    """The same share over all keys and frames."""
    return (struck.sum() + 0.5) / (struck.size + 1)


def _logit(p):
    return np.log(p) - np.log1p(-p)
