"""Tasks that are measured in further ways."""

import numpy as np

from gatelab.tasks import Batch, Dataset, Splits, Task

SETTINGS = {"hidden": 6, "batch": 16, "lr": 0.05}


class Mine(Task):
    """x (N, 8, 2) of noise, split 60/20/20."""

    inputs = 2
    epochs = 4
    patience = None

    def splits(self, rng):
        x = rng.standard_normal((150, 8, 2)).astype(np.float32)
        everything = self.batch(rng, x)
        train, valid, test = (everything.rows(slice(k, k + 50)) for k in (0, 50, 100))
        return Splits(Dataset(train), valid, test)


class Signs(Mine):
    """Which quadrant the sums of both inputs lie in: two classes each, or four."""

    name = "signs"
    kind = "classification"
    metric = "accuracy"
    outputs = 4
    labels = ("south-west", "south-east", "north-west", "north-east")

    def batch(self, rng, x):
        east, north = (x.sum(1) > 0).astype(np.int64).T
        return Batch(x, (east + 2 * north if self.outputs == 4 else east))

    def baselines(self, splits):
        return {"always wrong": 0.0, "wrong": -1.0}

    def further_scores(self, outputs, batch):
        return {"first": batch.y[0], "surest": outputs.max()}


class Ahead(Mine):
    """The next three steps of two series, which nothing foretells."""

    name = "ahead"
    outputs = 6
    ahead = 3

    def batch(self, rng, x):
        return Batch(x, rng.standard_normal((len(x), 6)).astype(np.float32))

    def baselines(self, splits):
        return {"an oracle": 0.0, "zero": 1.0}
