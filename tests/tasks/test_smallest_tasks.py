"""The smallest tasks that somebody may write: one label, one class, one step."""

import numpy as np
import pytest

from gatelab.tasks import Batch, Splits, Stream, Task, check_task
from gatelab.tasks.figures import figure


class Smallest(Task):
    """Whether a number is above a half."""

    inputs, outputs = 1, 1
    length = 1

    def splits(self, rng):
        return Splits(Stream(self.draw), self.draw(rng, 40), self.draw(rng, 40))

    def baselines(self, splits):
        y = splits.test.y
        always = np.ones((*y.shape, 1) if y.dtype == np.int64 else y.shape)
        return self.scores({"always": always}, splits.test)

    def draw(self, rng, size):
        x = rng.random((size, self.length, 1), dtype=np.float32)
        above = (x > 0.5).astype(np.float32)
        targets = {
            "multilabel": above, "series": above, "regression": above[:, -1],
            "classification": np.zeros(size, np.int64),
            "labelling": np.zeros((size, self.length), np.int64),
        }  # fmt: skip
        return Batch(x, targets[self.kind])


METRICS = {
    "multilabel": ("macro_f1", "legal", "accepted", "nll", "roc_auc", "average_precision"),
    "series": ("mse", "nmse", "solved"),
    "regression": ("mse", "nmse", "mae"),
    "classification": ("accuracy", "macro_f1", "nll"),
    "labelling": ("accuracy", "solved", "perplexity"),
}


@pytest.mark.parametrize("length", [1, 3])
@pytest.mark.parametrize(
    ("kind", "metric"), [(k, m) for k, names in METRICS.items() for m in names]
)
def test_one_output_and_one_step_are_enough(kind, metric, length, tmp_path):
    cls = type("Of", (Smallest,), {"kind": kind, "metric": metric, "__doc__": Smallest.__doc__})
    task = cls(length=length)
    check_task(task)
    test = task.splits(np.random.default_rng(0)).test
    assert task.sketch(test)
    figure.save(task, test, tmp_path / "a.png")
