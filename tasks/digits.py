"""Handwritten digits, read as a sequence."""

from functools import cache, lru_cache
from typing import ClassVar

import numpy as np

from .framework.batches import Batch, Dataset, Splits
from .framework.panels import Image
from .framework.registry import register
from .framework.task import Task
from .preparation.sequences import Sequences
from .shared.partition import divide

TRAIN = 1437
BRIGHTEST = 16
STEPS = {"pixels": (64, 1), "rows": (8, 8)}


@register("digits")
class Digits(Task):
    """Which digit an 8 x 8 image shows, read pixel by pixel or row by row.

    One row, a zero, brightness in sixteenths; ``order="rows"`` reads a line of it at each of
    T = 8 steps, ``order="pixels"`` (the default) one number at each of T = 64. ::

         0  0  5 13  9  1  0  0
         0  0 13 15 10 15  5  0
         0  3 15  2  0 11  8  0
         0  4 12  0  0  8  8  0
         0  5  8  0  0  9  8  0
         0  4 11  0  1 12  7  0
         0  2 14  5 10 12  0  0
         0  0  6 13 10  0  0  0      y = 0

    x is (N, 64, 1) or (N, 8, 8) in [0, 1], y (N,) the digit. The first 1437 images are for
    training, a stratified fifth of them drawn by the study's rng for validation; the last 360
    are the test split and harder than a random one (logistic regression: 0.90 against 0.94 to
    0.98).

    ``validation="none"`` is the protocol of a fixed number of epochs on all 1437 images: what is
    then called validation is a look at training images, so nothing may be selected by it.

    The second baseline, that logistic regression, sees the whole image at once: a reference
    without recurrence that a cell fed single pixels does well to reach, and mostly does not (an
    LSTM of 64 units has .87 by pixels, .90 by rows).

    Alpaydin, Kaynak (1998), Cascading classifiers, Kybernetika 34(4); UCI data set 80, the test
    part of it, as ``sklearn.datasets.load_digits`` holds it. Read pixel by pixel it is a small
    sequential MNIST, Le, Jaitly, Hinton (2015), arXiv:1504.00941.
    """

    kind = "classification"
    metric = "accuracy"
    reads = ("scikit-learn",)
    inputs = 1
    outputs = 10
    epochs = 40
    patience = 10
    min_updates = 500

    order = "pixels"
    validation = "fifth"
    choices: ClassVar = {"order": tuple(STEPS), "validation": ("fifth", "none")}

    def __init__(self, **options):
        super().__init__(**options)
        self.inputs = STEPS[self.order][1]
        self.has_validation = self.validation != "none"

    def splits(self, rng):
        images, labels = load()
        x = images.reshape(-1, *STEPS[self.order])
        train, valid = divide(rng, labels[:TRAIN], 1 / 5, stratify=True)
        if self.validation == "none":
            train = np.sort(np.concatenate([train, valid]))
        everything = Batch(x, labels)
        test = np.arange(TRAIN, len(labels))
        return Splits(
            Dataset(everything.rows(train)), everything.rows(valid), everything.rows(test)
        )

    def preparation(self, rng=None):
        scale = ((0.0,) * self.inputs, (float(BRIGHTEST),) * self.inputs)
        return Sequences(self.kind, self.inputs, self.outputs, *scale, tuple("0123456789"))

    def baselines(self, splits):
        assert isinstance(splits.train, Dataset)
        train, test = splits.train.batch, splits.test
        majority = np.bincount(train.y).argmax()
        images = train.x.reshape(len(train.x), -1)
        return {
            "majority class": float((test.y == majority).mean()),
            "logistic regression on pixels": logistic(images.tobytes(), train.y.tobytes()),
        }

    def sketch(self, batch):
        image = np.rint(batch.x[0].reshape(8, 8) * 16).astype(int)
        rows = ["".join(f"{pixel:3}" for pixel in row) for row in image]
        return "\n".join(rows) + f"      y = {batch.y[0]}"

    def legend(self):
        return (), "0123456789"

    def panels(self, batch):
        pixels = batch.x[0].reshape(8, 8)
        return [Image("read from left to right, from top to bottom", pixels)]


@cache
def load() -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 64) float32 in [0, 1] and labels (1797,) int64."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return np.asarray(images, np.float32) / BRIGHTEST, np.asarray(labels, np.int64)


@lru_cache(maxsize=8)
def logistic(images: bytes, labels: bytes) -> float:
    """Accuracy on the test split; takes bytes so that it is fitted once per training set."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    x = np.frombuffer(images, np.float32).reshape(-1, 64).astype(np.float64)
    everything, answers = load()
    # One thread: 0.1 s, where many short products on many threads took 6 s.
    with threadpool_limits(1):
        model = LogisticRegression(max_iter=1000).fit(x, np.frombuffer(labels, np.int64))
        return float(model.score(everything[TRAIN:].astype(np.float64), answers[TRAIN:]))
