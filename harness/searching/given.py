"""Samplers and pruners that a user chooses: by name, as Optuna's object, or by a function.

    sampler="cmaes"
    sampler=optuna.samplers.CmaEsSampler(popsize=8)
    sampler=lambda seed: optuna.samplers.CmaEsSampler(popsize=8, seed=seed)

All three give the same draws: a search works with copies, whose generators it sets itself.
"""

import copy
import logging
from contextlib import contextmanager
from importlib.util import find_spec

import optuna
from optuna.exceptions import StorageInternalError
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, RandomSampler

from ..errors import GatelabError, StudyError
from ..foundation.errors import first_line, unknown
from ..trials.space import contains
from .adopted import adopt
from .asked import OURS
from .described import described, title
from .drawing import suggest
from .storage import silent
from .within import first_seed, parts, reseed

SAMPLERS = {
    "gp": (GPSampler, {}),
    "cmaes": (CmaEsSampler, {}),
}
PRUNERS = {
    "median": (MedianPruner, {"n_startup_trials": 5}),
    "hyperband": (HyperbandPruner, {}),
    "halving": (SuccessiveHalvingPruner, {}),
}
NEEDS = {"CmaEsSampler": "cmaes", "GPSampler": "torch"}
INSTALL = {"cmaes": "pip install 'gatelab[samplers]'", "torch": "pip install torch"}


class Given:
    """A sampler or a pruner, of which every use gets a copy.

    Attributes:
        entry: its class and settings, for ``study.json``; see ``described``.
        title: its class.
    """

    def __init__(self, thing):
        for each in parts(thing):
            check_needs(type(each))
        self.entry = described(thing)
        self.title = title(self.entry)
        self._thing = self._copy(thing)

    def made(self, seed, slot):
        """A copy for one slot: what it draws is a function of seed, slot and earlier trials."""
        made = adopt(self._copy(self._thing), seed)
        reseed(made, seed, slot)
        return made

    def _copy(self, thing):
        try:
            return copy.deepcopy(thing)
        except Exception as error:  # a lock, an open file: it is a user's class
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise StudyError(
                f"{self.title} cannot be copied, as each slot needs ({reason}): let it hold "
                "settings and generators only"
            ) from None


def sampler(asked, seed=0):
    """What was asked for as ``sampler``: "random" or "tpe", or ``Given``.

    Raises:
        StudyError: it is unknown, is no sampler, or needs a package that is not installed.
    """
    if isinstance(asked, Given) or (isinstance(asked, str) and asked in OURS):
        return asked
    if type(asked) is RandomSampler:
        return "random"
    return Given(_thing("sampler", BaseSampler, SAMPLERS, asked, seed, OURS))


def pruner(asked, seed=0):
    """What was asked for as ``pruner``: ``Given``; None if nothing was.

    Raises:
        StudyError: it is unknown or no pruner.
    """
    return (
        asked
        if asked is None or isinstance(asked, Given)
        else Given(_thing("pruner", BasePruner, PRUNERS, asked, seed))
    )


def rehearse(chosen, space, direction):
    """Draw a first trial twice, in memory, to refuse early what cannot work.

    Args:
        chosen: ``Given``, a sampler.
        space: {name: entry}.
        direction: "minimize" or "maximize".

    Raises:
        StudyError: it raises an error, leaves the space, or draws something else each time.
    """
    with silent(logging.ERROR), in_one_line(chosen):
        drawn = [
            suggest(
                optuna.create_study(direction=direction, sampler=chosen.made(0, 0)).ask(), space
            )
            for _ in range(2)
        ]
    check_drawn(chosen, drawn[0], space)
    if drawn[0] != drawn[1]:
        raise StudyError(
            f"{chosen.title} draws something else each time: let it draw from a NumPy generator "
            "that is an attribute of its own, which is set for each slot"
        )


@contextmanager
def in_one_line(chosen, failed="cannot draw from this search space"):
    """An error that a given sampler or pruner raises becomes a StudyError."""
    try:
        yield
    except (GatelabError, StorageInternalError):
        raise
    except Exception as error:
        if not isinstance(chosen, Given):
            raise
        reason = f"{type(error).__name__}: {first_line(error)}"
        raise StudyError(f"{chosen.title} {failed}: {reason}") from error


def check_drawn(chosen, params, space):
    """Refuse a draw that lies outside of the space: the cells share one space."""
    for name, value in params.items():
        if not contains(space[name], value):
            raise StudyError(
                f"{chosen.title} draws {name} = {value!r}, which is not in {space[name]!r}: give "
                f"the study the space that it searches (search={{{name!r}: ...}})"
            )


def check_needs(cls):
    """Refuse a sampler whose package is not installed: Optuna would notice it some trials later."""
    for base in cls.__mro__:
        package = NEEDS.get(base.__name__)
        if package and base.__module__.startswith("optuna.") and find_spec(package) is None:
            raise StudyError(f"{base.__name__} needs {package}: {INSTALL[package]}")


def _thing(what, base, named, asked, seed, more=()):
    if isinstance(asked, str):
        if asked not in named:
            raise unknown(what, asked, [*more, *named], StudyError)
        cls, settings = named[asked]
        check_needs(cls)
        return cls(**settings)
    if callable(asked) and not isinstance(asked, base | type):
        asked = _called(what, asked, first_seed(seed))
    if not isinstance(asked, base):
        raise StudyError(
            f"{what} is {asked!r}; give one of {', '.join([*more, *named])}, an object of Optuna's "
            f"such as {next(iter(named.values()))[0].__name__}(), or a function of the seed"
        )
    return asked


def _called(what, function, seed):
    try:
        return function(seed)
    except Exception as error:
        reason = f"{type(error).__name__}: {first_line(error)}"
        raise StudyError(f"the function for {what} failed, called with a seed: {reason}") from error
