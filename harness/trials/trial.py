"""One trial: takes a cell, a task and settings, and returns a record. Runs in a worker."""

import math
import time
from pathlib import Path

import numpy as np

from gatelab.tasks.framework.batches import Dataset, Stream
from gatelab.tasks.framework.metrics import METRICS

from .. import variants
from ..networks.initialisation import forget_biases
from ..networks.network import Network
from ..networks.sizing import hidden_for
from . import measures
from .descent import Diverged, Stopped
from .identity import identity
from .record import Record
from .settings import SHAPING, complete
from .space import keyed
from .training import budget, train

INFERRED, TIMED = 20, 0.3  # most sequences timed one by one, and seconds after which to stop
SAMPLED = 256  # sequences drawn from a stream to find the longest


def splits_of(task, seed):
    """Training, validation and test data of a task, the same for all trials of a study."""
    return task.splits(_of_data(task, seed))


def preparation_of(task, seed):
    """What stands between raw input and the networks of a study; None if the task has nothing."""
    return task.preparation(_of_data(task, seed))


def _of_data(task, seed):
    return np.random.default_rng(keyed(seed, 0, f"data of {task.name}"))


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # divergence is checked for
def run_trial(task, variant, given, seed, slot, splits, part="trial", rungs=None, report=None,
              weights=None, keeper=None):  # fmt: skip
    """Train a network once and measure it.

    Args:
        task: instance of a task.
        variant: class of the cell.
        given: {name: value} of settings and of the variant's own hyperparameters.
        seed: the study's.
        slot, part: key all draws (weights, batches, dropout) together with ``seed``. Trial k of
            every variant thus sees the same data.
        splits: training, validation and test data, from ``splits_of``.
        rungs: number of epochs -> epochs at which ``report`` is called.
        report: (epoch, validation score) -> True to prune the trial.
        weights: path to save the best weights to, or None.
        keeper: ``checkpoints.Keeper``; None for no checkpoints.

    Returns:
        Record, the same whether or not training was interrupted.

    Raises:
        checkpoints.HandedBack: the keeper was told to stop.
    """
    own = {k: v for k, v in given.items() if k in variants.hyperparameters(variant)}
    cell = variant(**own)
    settings = completed(task, cell, {k: v for k, v in given.items() if k not in own})
    streams = {
        name: np.random.default_rng(keyed(seed, slot, f"{part} {name}"))
        for name in ("weights", "data", "dropout")
    }
    network = build(task, cell, settings)
    start(network, settings, splits.train, streams["weights"])
    metric = METRICS[task.metric]
    plan = budget(task, splits.train, settings, rungs or (lambda epochs: ()))
    _warm_up(network, splits.valid)
    if keeper is not None:
        draws = (seed, slot, part)
        keeper.expect(lambda: identity(task, splits, network, settings, plan, draws))
    state, reason = "complete", None
    try:
        course = train(network, splits, settings, metric, plan, streams, report, keeper)
    except Stopped as stopped:
        state = "failed" if isinstance(stopped, Diverged) else "pruned"
        course, reason = stopped.course, str(stopped)
    cost, best, found = _cost(network, splits, course), dict(course.best), None
    if best:  # measured once, with the weights that were best on validation
        found = measures.on_split(task, network, splits.test)
        best |= {f"test/{name}": score for name, score in found.scores.items()}
        best |= _gaps(task, best)
    if weights is not None and best:
        Path(weights).parent.mkdir(parents=True, exist_ok=True)
        network.save(weights)
    shown = {k: v for k, v in settings.items() if v is not None}
    shown |= {name: getattr(cell, name) for name in variants.hyperparameters(variant)}
    return Record(
        state, slot, seed, shown | {"epochs": len(plan.ends), "updates": plan.updates}, reason,
        curves=course.curves | _gaps(task, course.curves),
        epoch=course.epoch,
        best=best,
        over=measures.latency(network, splits.test) | (found.over if found else {}),
        confusion=found.confusion if found else None,
        cost=cost,
        weights=str(weights) if weights is not None and best else None,
    )  # fmt: skip


def _gaps(task, values):
    """Generalisation gaps; {} if the task validates on its training data."""
    return measures.gaps(values, task.metric) if task.has_validation else {}


def completed(task, variant, given):
    """All settings of a training run; ``hidden`` is solved for ``parameters`` if that is given.

    Args:
        task: instance of a task.
        variant: instance of a variant. Without forget biases its ``forget_bias`` is None.
        given: {setting: value}; defaults for the others.

    Returns:
        {setting: value}.

    Raises:
        StudyError: see ``settings.complete`` and ``sizing.hidden_for``.
    """
    settings = complete(given)
    if not forget_biases(variant):
        settings["forget_bias"] = None
    if settings["parameters"] is not None:
        settings["hidden"] = hidden_for(settings["parameters"], task, variant, settings)
    return settings


def build(task, variant, settings):
    """The Network for a task, from complete settings; its weights are still zero."""
    return Network(
        variant, task.inputs, settings["hidden"], task.outputs, task.kind,
        **{name: settings[name] for name in SHAPING},
    )  # fmt: skip


def start(network, settings, train, rng):
    """Draw the initial weights of a network according to its settings."""
    longest = _longest(train) if settings["init"] == "chrono" else None
    return network.init(rng, settings["init"], longest, settings["forget_bias"])


def _longest(train):
    """Steps of the longest training sequence; for a stream, the longest of a sample."""
    if isinstance(train, Dataset):
        seen = train.batch
    else:
        size = SAMPLED if isinstance(train, Stream) else 1
        seen = next(train.batches(np.random.default_rng(0), size))
    return seen.x.shape[1] if seen.lengths is None else int(seen.lengths.max())


def _warm_up(network, batch):
    """Compile the kernels, or load them from the cache, before timing starts."""
    network.gradient(batch.rows(slice(0, 2)).cropped(), np.random.default_rng(0))


def _cost(network, splits, course):
    x, lengths = splits.test.x[:INFERRED], splits.test.lengths
    times = []
    for k in range(len(x)):
        alone = None if lengths is None else lengths[k : k + 1]
        started = time.perf_counter()
        network.predict(x[k : k + 1], alone)
        times.append(time.perf_counter() - started)
        if sum(times) > TIMED:  # the test sequences may be long
            break
    return {
        "parameters": int(network.size),
        "seconds": course.total,
        "seconds_per_epoch": float(np.median(course.seconds or [course.total])),
        "milliseconds_per_sequence": 1000 * float(np.median(times)),
        "peak_megabytes": peak_megabytes(),
    }


def peak_megabytes():
    """Peak memory of this process in megabytes; NaN where the system does not report it.

    Not from ``ru_maxrss``, which a process inherits from its parent.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return math.nan
    peak = next((line for line in lines if line.startswith("VmHWM:")), None)
    return math.nan if peak is None else int(peak.split()[1]) / 1024
