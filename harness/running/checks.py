"""Checks of a study's arguments: each is normalised, or refused with a ``StudyError``."""

import math
import operator
import os
import re
from pathlib import Path

import numpy as np

from gatelab.tasks.framework.batches import StatefulStream

from ..errors import StudyError
from ..foundation.errors import unknown
from ..searching import address
from ..searching import asked as chosen
from ..trials.settings import DEFAULTS

#: What MLflow can write to: its servers, and databases that it serves from.
SERVER = re.compile(r"(https?|(sqlite|postgresql|mysql|mssql)(\+\w+)?)://|databricks")


def count(name, value, least=1):
    """The value as an int of at least ``least``; ``StudyError`` for anything else."""
    try:
        number = operator.index(value)  # also takes NumPy's integers
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise StudyError(f"{name} is {value!r}; give a whole number of at least {least}")
    return number


def margin(value):
    """The value as a positive float, or None; ``StudyError`` for anything else."""
    if value is None:
        return None
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < value < math.inf:
        raise StudyError(f"margin is {value!r}; give a positive number in the metric's unit")
    return float(value)


def seconds(name, value, or_zero=False):
    """A time as a positive float, or None; ``StudyError`` for anything else.

    Args:
        or_zero: whether it may be 0.
    """
    if value is None and not or_zero:
        return None
    if (
        not isinstance(value, int | float | np.number)
        or isinstance(value, bool)
        or not (0 < value < math.inf or (or_zero and value == 0))
    ):
        raise StudyError(f"{name} is {value!r}; give seconds, {'0 or ' * or_zero}more than 0")
    return float(value)


def cluster(value):
    """Where Dask's scheduler is: an address such as tcp://node:8786, or a scheduler.json; or None.

    Dask's own clusters, as ``LocalCluster`` and those of dask-jobqueue, are asked for it.
    """
    where = getattr(value, "scheduler_address", value)
    if where is None:
        return None
    if not isinstance(where, str | os.PathLike) or not str(where):
        raise StudyError(
            f"cluster is {value!r}; give tcp://HOST:PORT or the path of scheduler.json"
        )
    where = str(where)
    if where.endswith(".json") and not Path(where).is_file():
        raise StudyError(f"no file {where}; dask scheduler --scheduler-file {where} makes it")
    if not where.endswith(".json") and not re.fullmatch(r"\w+://\S+|[^/\s]+:\d+", where):
        raise StudyError(
            f"cluster is {where!r}; give tcp://HOST:PORT or the path of scheduler.json"
        )
    return where


def reference(name, variants):
    """The name, if it is None or one of the variants' names."""
    if name is not None and name not in variants:
        raise unknown("reference", name, variants, StudyError)
    return name


def named(what, values):
    """A copy of the dict, empty for None; ``StudyError`` for anything else."""
    if values is not None and not isinstance(values, dict):
        raise StudyError(f"{what} is {values!r}; give a dict by name")
    return dict(values or {})


def not_both(settings, search, seeds):
    """Refuse a setting that is both given and searched, and a search beside ``seeds``."""
    for name in search:
        if name in settings:
            raise StudyError(f"{name} is both given and searched; choose one")
        if seeds is not None:
            raise StudyError(f"seeds means no search, but {name} is to be searched; choose one")


def sampler(asked, seed, seeds=None):
    """What draws the settings: "random", "tpe", a ``Given``, or, with ``seeds``, "fixed"."""
    if seeds is None:
        return chosen.sampler(asked, seed)
    if not isinstance(asked, str):
        raise StudyError("seeds means no search, but a sampler is given; choose one")
    return "fixed"


def pruner(asked, seed, pruning, seeds=None):
    """``Given``, or None for the usual one."""
    if asked is not None and (pruning is False or seeds is not None):
        other = "seeds means no search" if seeds is not None else "pruning is turned off"
        raise StudyError(f"{other}, but a pruner is given; choose one")
    return chosen.pruner(asked, seed)


def can_draw(comparisons, searcher):
    """Refuse a sampler that cannot draw from the space of a comparison."""
    for c in comparisons:
        chosen.can_draw(searcher, c.space, c.metric.direction)


def some(what, values):
    """The values as a non-empty list; a single value becomes a list of one."""
    one = isinstance(values, str) or hasattr(values, "iloc") or not hasattr(values, "__iter__")
    values = [values] if one else values  # a frame is one task
    values = list(values)
    if not values:
        raise StudyError(f"no {what} given; name at least one")
    return values


def names(what, given, more=""):
    """Refuse names that cannot name a file, and duplicates.

    Args:
        more: signs that may occur beside letters, digits, _ - and .
    """
    for name in given:
        if not re.fullmatch(rf"\w[\w.{re.escape(more)}-]*", name):
            signs = " ".join(["_", "-", *more])
            raise StudyError(f"{what} {name!r} names files: use letters, digits, {signs} and .")
    no_doubles(what, given)


def folder(path):
    """The path of a study's folder; ``StudyError`` for an address or something that is none."""
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise StudyError(f"out is {path!r}; give the path of a folder")
    if found := re.match(r"[A-Za-z][\w+.-]*:/", str(path)):
        raise StudyError(
            f"out begins with {found[0]!r}, as an address does; give a folder, the address of a "
            "database for the trials as storage (--storage), and that of an MLflow server as "
            "tracking_uri (--tracking-uri)"
        )
    return Path(path)


def storage(given, tracking_uri=None):
    """The address of a database as SQLAlchemy takes it; None for that of the environment.

    Raises:
        StudyError: it is no address of a PostgreSQL database, or that of the log, too: Optuna and
            MLflow use tables of the same name.
    """
    given = None if given is None else address.checked(given)
    used = given or address.from_environment()
    if used and "postgres" in str(tracking_uri).partition(":")[0]:
        if address.is_same(used, tracking_uri):
            raise StudyError("trials and log cannot share a database: give each one of its own")
    return given


def tracking_uri(given=None):
    """The address of an MLflow server: the given one, else the environment's, or None.

    MLflow itself sets the variable to the file of a study that somebody has looked at in this
    process. A study has a file of its own, so the environment's files do not count.
    """
    if given is None:
        found = os.environ.get("MLFLOW_TRACKING_URI", "")
        return found if SERVER.match(found) and not found.startswith("sqlite") else None
    if not isinstance(given, str) or not SERVER.match(given):
        raise StudyError(
            f"tracking_uri is {given!r}; give the address of an MLflow server, as "
            "http://host:5000, or leave it out"
        )
    return given


def no_doubles(what, names):
    """Refuse duplicate names."""
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"{what} {name!r} is given twice; name each once")


def can_search(tasks, sampler):
    """Refuse a search on a task without validation data: it would select on training data."""
    for task in tasks:
        if not task.has_validation and sampler != "fixed":
            raise StudyError(
                f"{task.name} holds nothing out to select by: give seeds, and settings in place of "
                "a search, or let it hold something out"
            )


def can_decide(sampler, pruning, pruner=None):
    """Refuse pruning under random search: verdicts need the test score of every draw."""
    if sampler == "random" and (pruning or pruner):
        raise StudyError(
            "cells are compared draw by draw, and a pruned draw has no score: drop pruning, "
            "or use sampler tpe, whose trials describe but decide nothing"
        )


def can_forget(comparisons, asked):
    """Refuse ``forget_bias`` if no cell of the study has a forget bias."""
    if asked.get("forget_bias") is None:
        return
    if not any("forget_bias" in {**c.space, **c.fixed} for c in comparisons):
        raise StudyError("none of these cells has a forget bias; drop forget_bias")


def can_read(comparison, source):
    """Refuse batches larger than the data, and bidirectional networks where they make no sense.

    A bidirectional network cannot read an endless stream, and on next-step prediction it would
    read the answer.
    """
    for size in _of(comparison, "batch"):
        source.updates(size)  # raises TaskError
    if True not in _of(comparison, "bidirectional"):
        return
    name, instead = comparison.task.name, "leave bidirectional out"
    if isinstance(source, StatefulStream):
        raise StudyError(
            f"{name} never ends, and a bidirectional network would have to begin there; {instead}"
        )
    if comparison.task.next_step:
        raise StudyError(
            f"{name} asks for the next step, which a bidirectional network would read; {instead}"
        )


def _of(comparison, name):
    """Values a setting may take: the choices, both ends of a range, or the fixed value."""
    entry = comparison.space.get(name)
    if entry is None:
        return [comparison.fixed.get(name, DEFAULTS[name])]
    return entry if isinstance(entry, list) else entry[:2]
