"""A worker process: it receives the study once, then trains one trial after another.

It uses no database. What it has to say before a run ends goes through its ``Line``.
"""

import math
import os
import platform
import time
from contextlib import contextmanager
from functools import cache, partial

import cloudpickle
import numpy as np

from gatelab.tasks.framework.metrics import METRICS

from ..errors import CertificationError, MachineError, StudyError
from ..foundation.errors import first_line
from ..kernels.backends import compiled
from ..searching.rungs import rungs
from ..trials.checkpoints import HandedBack, Keeper
from ..trials.training import budget
from ..trials.trial import build, completed, run_trial, splits_of, start
from .lifetime import Lifetime
from .line import Line

_given: dict = {}
_line = Line()
_lifetime = Lifetime()


def begin(payload, parent, address=None, key=b""):
    """Initialise a new process with the tasks and cells, pickled by value, and load all it needs.

    Args:
        payload: from ``payload``; None if the conductor has it, see ``Pool``.
        parent: process that this one ends with.
        address, key: of the ``Exchange`` that its messages go to; None for none.
    """
    _lifetime.begin(parent)
    line = Line(address, key)
    receive(line.given() if payload is None else payload, line)
    compiled.warm()  # the conductor is still busy with its databases


def receive(payload, line):
    """Take up a study, instead of the one that this process had before.

    Args:
        payload: from ``payload``.
        line: ``Line`` to its conductor.
    """
    global _given, _line
    _given, _line = cloudpickle.loads(payload), line
    _splits.cache_clear()


def payload(tasks, variants, seed, splits=None):
    """The pickled study for ``begin``, so that jobs need not carry it.

    Args:
        tasks, variants, seed: the study's.
        splits: the data of each task, for workers on machines that lack its files.
    """
    given = {"tasks": tasks, "variants": variants, "seed": seed, "splits": splits}
    return cloudpickle.dumps(given)


@cache
def _splits(task):
    if (given := _given.get("splits")) is not None:
        return given[task]
    return splits_of(_given["tasks"][task], _given["seed"])


def ready():
    """Nothing: who answers has loaded all that a trial needs."""


def trial(order):
    """One training run; see ``trials.trial.run_trial``.

    Args:
        order: ``Order``.

    Returns:
        Record.

    Raises:
        HandedBack: this process was told to end; the run has a checkpoint.
        MachineError: the disk or the memory is full, or a file cannot be used.
        StudyError: any other error, in one line, because not every exception can be pickled.
    """
    said = partial(_line.say, order.number)
    said("started", pid=os.getpid(), host=platform.node())
    keeper = Keeper(order.checkpoint, order.every, _lifetime.is_told, said)
    with in_one_line(), _lifetime.training():
        return run_trial(
            _given["tasks"][order.task], _given["variants"][order.variant], order.given,
            _given["seed"], order.slot, _splits(order.task), order.part,
            partial(rungs, first=order.first),
            partial(prunes, order.number) if order.prunes else None, order.weights, keeper,
        )  # fmt: skip


@contextmanager
def in_one_line():
    """Errors as those that ``trial`` raises: a user's own code may raise whatever it likes.

    Also what would end a process: passed on to the conductor, a ``sys.exit()`` would end that.
    """
    try:
        yield
    except (HandedBack, CertificationError):
        raise
    except MemoryError as error:
        raise MachineError(f"{_words(error)} (fewer --workers need less memory)") from None
    except OSError as error:
        raise MachineError(_words(error)) from None
    except BaseException as error:
        raise StudyError(_words(error)) from None


def _words(error):
    name, said = type(error).__name__, first_line(error)
    return name if said == name else f"{name}: {said}"


def prunes(number, epoch, value):
    """Ask the conductor whether a job should be pruned, given its validation score at a rung."""
    if value is None or not math.isfinite(value):  # JSON has no such numbers
        return False
    return _line.ask(number, "rung", epoch=epoch, value=float(value)).get("prune", False)


def certify(variant, own):
    """The certificate of a variant with these hyperparameters; cached, so made only once.

    Args:
        variant: index of the variant in the study.
        own: {hyperparameter of the variant: value}.

    Raises:
        CertificationError: the cell fails a check.
        StudyError: any other error, in one line.
    """
    from ..certification import certified  # most cells have their certificates

    with in_one_line():
        return certified(_given["variants"][variant](**own))


@in_one_line()
def estimate(task, variant, given, own):
    """Estimated seconds of one trial with these settings, from timing a few updates.

    Also compiles or loads the cell, so that no trial waits for it.

    Args:
        task: index of the task in the study.
        variant: index of the variant in the study.
        given: {setting: value}.
        own: {hyperparameter of the variant: value}.
    """
    chosen, splits = _given["tasks"][task], _splits(task)
    cell = _given["variants"][variant](**own)
    settings = completed(chosen, cell, given)
    network = build(chosen, cell, settings)
    start(network, settings, splits.train, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    batches = splits.train.batches(rng, settings["batch"])
    network.gradient(next(batches), rng)
    started, updates = time.perf_counter(), 0
    while updates < 20 and time.perf_counter() - started < 0.5:
        network.gradient(next(batches), rng)
        updates += 1
    update = (time.perf_counter() - started) / updates
    started = time.perf_counter()
    network.evaluate(splits.valid, METRICS[chosen.metric])
    evaluation = time.perf_counter() - started
    plan = budget(chosen, splits.train, settings)
    return plan.updates * update + len(plan.ends) * evaluation
