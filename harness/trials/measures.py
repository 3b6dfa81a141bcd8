"""Measurements of a trained network: scores on the test split, generalisation gap, latency."""

import time
from typing import Any, NamedTuple

import numpy as np

from gatelab.tasks.framework.metrics import CLASSES, METRICS
from gatelab.tasks.framework.scores import confusion

VALUES = ("mse", "rmse", "mae", "nmse")
NATS = ("nll", "perplexity", "bits")
# Without "solved", which has a meaning only for tasks that ask for it.
FURTHER = {
    "regression": VALUES,
    "series": VALUES,
    "classification": ("accuracy", "macro_f1", *NATS),
    "labelling": ("accuracy", "macro_f1", *NATS),
    "multilabel": ("legal", "nll", "bits"),  # perplexity over 10^26 sets says little
}
OF_TWO = ("roc_auc", "average_precision")
MOST_CLASSES = 20  # in a confusion matrix; more would not be readable
LENGTHS, REPEATS, SECONDS = 6, 25, 0.03  # latency: lengths; repeats and seconds of each

Points = list[list[float]]


class Measured(NamedTuple):
    """Measurements on a split.

    Attributes:
        scores: {name: score}, including the loss.
        over: {key: [[step ahead, value], ...]} of a forecast.
        confusion: counts, a row per true class; None if there are no classes, or too many.
    """

    scores: dict[str, float]
    over: dict[str, Points]
    confusion: list[list[int]] | None


def on_split(task, network, batch) -> Measured:
    """Predict a split once, and compute every score that suits the task.

    Args:
        task: instance of a task.
        network: Network.
        batch: Batch, the whole split.
    """
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
    """Names of scores: the task's metric first, then the others for tasks of its kind."""
    of_two = OF_TWO if task.kind in CLASSES and task.outputs == 2 else ()
    return list(dict.fromkeys([task.metric, *FURTHER[task.kind], *of_two]))


def by_step_ahead(task, outputs, batch) -> dict[str, Points]:
    """Errors per step of a multi-step forecast: {"horizon/mse": [[1, .2], ...], ...}."""
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
    """Generalisation gaps, validation minus training, of the loss and the metric.

    Overfitting makes the gap of an error positive and that of an accuracy negative.

    Args:
        values: {key: number or curve}, with keys such as "train/loss" and "valid/loss".
        metric: name of the metric.

    Returns:
        {"gap/loss": number or curve, "gap/<metric>": ...}.
    """
    found = {}
    for name in ("loss", metric):
        train, valid = (values.get(f"{part}/{name}") for part in ("train", "valid"))
        if train is not None and valid is not None:
            with np.errstate(invalid="ignore"):  # inf - inf
                found[f"gap/{name}"] = np.subtract(valid, train).tolist()
    return found


def latency(network, batch) -> dict[str, Points]:
    """Latency of one sequence at a time, at its full length, a half, a quarter, ...

    Takes at most about 0.2 s, or as long as two sequences.

    Args:
        network: Network.
        batch: Batch; its longest sequence is used.

    Returns:
        {"latency/milliseconds": [[steps, milliseconds], ...]}.
    """
    row = 0 if batch.lengths is None else int(np.argmax(batch.lengths))
    longest = batch.x.shape[1] if batch.lengths is None else int(batch.lengths[row])
    x = batch.x[row : row + 1]
    lengths = sorted({-(-longest // 2**k) for k in range(LENGTHS)})
    return {"latency/milliseconds": [[n, _milliseconds(network, x[:, :n])] for n in lengths]}


def _milliseconds(network, x):
    """Median time of a few predictions."""
    times, begun = [], time.perf_counter()
    while not times or (len(times) < REPEATS and time.perf_counter() - begun < SECONDS):
        started = time.perf_counter()
        network.predict(x)
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))
