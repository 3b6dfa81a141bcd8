"""What a trained network is worth on the test split, and how long it takes for a sequence."""

import time
from typing import Any, NamedTuple

import numpy as np

from gatelab.tasks.framework.metrics import CLASSES, METRICS
from gatelab.tasks.framework.scores import confusion

VALUES = ("mse", "rmse", "mae", "nmse")
NATS = ("nll", "perplexity", "bits")
# Without "solved" and its tolerances: a sequence solved means something where the task says so.
FURTHER = {
    "regression": VALUES,
    "series": VALUES,
    "classification": ("accuracy", "macro_f1", *NATS),
    "labelling": ("accuracy", "macro_f1", *NATS),
    "multilabel": ("legal", "nll", "bits"),  # 10^26 sets to choose from say little
}
OF_TWO = ("roc_auc", "average_precision")
MOST_CLASSES = 20  # in a confusion matrix: more is no picture
LENGTHS, REPEATS, SECONDS = 6, 25, 0.03  # timed: lengths; each, times at most, and about how long

Points = list[list[float]]


class Measured(NamedTuple):
    """What the test split says.

    scores: {name: score}, the loss among them.
    over: {key: [[step, value], ...]}, by step ahead of a forecast.
    confusion: counts, a row per true class, None where there are no classes, or too many.
    """

    scores: dict[str, float]
    over: dict[str, Points]
    confusion: list[list[int]] | None


def on_split(task, network, batch) -> Measured:
    """Predict a split once; score that in every way that suits the task."""
    outputs = network.predict(batch.x, batch.lengths)
    given = (outputs, batch.y, batch.lengths)
    scores = dict(task.further_scores(outputs, batch))
    scores |= {name: METRICS[name].score(*given) for name in names(task)}
    counts = None
    if task.kind in CLASSES and task.outputs <= MOST_CLASSES:
        counts = confusion(*given).tolist()
    scores = {"loss": network.loss(*given)[0], **scores}
    return Measured(
        {name: float(score) for name, score in scores.items()},
        by_step_ahead(task, outputs, batch), counts,
    )  # fmt: skip


def names(task) -> list[str]:
    """The task's metric, then the others of its kind."""
    of_two = OF_TWO if task.kind in CLASSES and task.outputs == 2 else ()
    return list(dict.fromkeys([task.metric, *FURTHER[task.kind], *of_two]))


def by_step_ahead(task, outputs, batch) -> dict[str, Points]:
    """Of a forecast of several steps, the errors of each: {"horizon/mse": [[1, .2], ...], ...}."""
    if task.ahead == 1:
        return {}
    forecast, truth = (part.reshape(len(batch.x), task.ahead, -1) for part in (outputs, batch.y))
    return {
        f"horizon/{name}": [
            [k + 1, METRICS[name].score(forecast[:, k], truth[:, k], None)]
            for k in range(task.ahead)
        ]
        for name in VALUES
    }


def gaps(values, metric) -> dict[str, Any]:
    """Validation minus training, of the loss and of the metric: {"gap/loss": ..., ...}.

    What a network knows by heart makes an error's gap positive and an accuracy's negative.

    Args:
        values: numbers or curves, by key: "train/loss", "valid/loss" and so on.
    """
    found = {}
    for name in ("loss", metric):
        train, valid = (values.get(f"{part}/{name}") for part in ("train", "valid"))
        if train is not None and valid is not None:
            with np.errstate(invalid="ignore"):  # inf - inf
                found[f"gap/{name}"] = np.subtract(valid, train).tolist()
    return found


def latency(network, batch) -> dict[str, Points]:
    """Milliseconds for one sequence at a time, cut to its whole length, a half, a quarter, ...

    Takes about 0.2 s at most, or as long as two sequences.
    """
    row = 0 if batch.lengths is None else int(np.argmax(batch.lengths))
    longest = batch.x.shape[1] if batch.lengths is None else int(batch.lengths[row])
    x = batch.x[row : row + 1]
    lengths = sorted({-(-longest // 2**k) for k in range(LENGTHS)})
    return {"latency/milliseconds": [[n, _milliseconds(network, x[:, :n])] for n in lengths]}


def _milliseconds(network, x):
    """Median of a few predictions."""
    times, begun = [], time.perf_counter()
    while not times or (len(times) < REPEATS and time.perf_counter() - begun < SECONDS):
        started = time.perf_counter()
        network.predict(x)
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))
