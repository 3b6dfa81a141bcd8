"""Next-frame prediction of polyphonic music."""

from ..framework.batches import Dataset
from ..framework.task import Task
from .pianoroll import KEY_NAMES, KEYS, chord_baselines, sketched


class NextChord(Task):
    """Which of 88 keys sound in the next frame, for music that a subclass provides."""

    kind = "multilabel"
    next_step = True
    metric = "nll"
    inputs = KEYS
    outputs = KEYS

    def baselines(self, splits):
        assert isinstance(splits.train, Dataset)
        return chord_baselines(splits.train.batch, splits.test)

    def legend(self):
        return KEY_NAMES, KEY_NAMES

    def sketch(self, batch):
        return sketched(batch)
