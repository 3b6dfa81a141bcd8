"""A task that cannot be done well without forgetting, small enough to train on in a test."""

import numpy as np

from gatelab.tasks import Batch, Splits, Stream, Task


class Latest(Task):
    """The last marked value of a sequence: all before it have to be forgotten.

    x (N, T, 2) holds values in [-1, 1] and marks of 0 or 1, of which the first is 1; y (N, 1).
    """

    name = "latest"
    kind, metric = "regression", "mse"
    inputs, outputs = 2, 1
    length = 12

    def splits(self, rng):
        return Splits(Stream(self.draw), self.draw(rng, 64), self.draw(rng, 128))

    def draw(self, rng, n):
        value, mark = rng.uniform(-1, 1, (n, self.length)), rng.random((n, self.length)) < 0.4
        mark[:, 0] = True
        last = self.length - 1 - np.argmax(mark[:, ::-1], axis=1)
        x = np.stack([value, mark], axis=2).astype(np.float32)
        return Batch(x, value[np.arange(n), last][:, None].astype(np.float32))

    def baselines(self, splits):
        return {"always 0": float((splits.test.y**2).mean())}
