"""What share of an update does drawing its batch take? Measured for a small LSTM on every task."""

import time

import numpy as np

from gatelab import variants
from gatelab.tasks import METRICS, make
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.framework.errors import MissingData
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, train
from gatelab.trials.trial import build, start

from . import child

POOL = 32  # the largest number of updates that a stream draws at once
WARM = 2 * POOL  # updates that do not count: kernels are loaded, memory is allocated


class Watched:
    """A source of batches that records the CPU seconds inside it and between its batches."""

    def __init__(self, source):
        self.source, self.inside, self.outside = source, [], []

    def batches(self, rng, size):
        """The batches of the source."""
        inner = self.source.batches(rng, size)
        while True:
            asked = time.process_time()
            batch = next(inner)
            handed = time.process_time()
            yield batch
            self.inside.append(handed - asked)
            self.outside.append(time.process_time() - handed)


def measure(names, updates=5 * POOL):
    """Train a small standard LSTM, with the default settings, on each task.

    Yields:
        one row per task: its name, the microseconds of drawing a batch and of the rest of an
        update, and the share of the former; None for all three if its data are not available.
    """
    for name in names:
        try:
            with offline():
                found = _of(make(name), updates)
        except MissingData:
            found = {"microseconds": None, "rest": None, "share": None}
        yield {"task": name} | found


def _of(task, updates):
    rng = np.random.default_rng
    settings = complete({})
    splits = task.splits(rng(0))
    network = build(task, variants.get("standard")(), settings)
    start(network, settings, splits.train, rng(1))
    watched = Watched(splits.train)
    few = splits._replace(train=watched, valid=splits.valid.rows(slice(2)).cropped())
    streams = {"data": rng(2), "dropout": rng(3)}
    train(network, few, settings, METRICS[task.metric], Budget((WARM + updates + 1,)), streams)
    inside, outside = (_usual(part[WARM:]) for part in (watched.inside, watched.outside))
    share = inside / (inside + outside)
    return {"microseconds": 1e6 * inside, "rest": 1e6 * outside, "share": share}


def _usual(seconds):
    """The median over pools of the mean, which an interruption does not affect."""
    pools = np.reshape(seconds[: len(seconds) // POOL * POOL], (-1, POOL))
    return np.median(pools.mean(1))


if __name__ == "__main__":
    child.serve(measure)
