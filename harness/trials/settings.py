"""The settings of one training run: names, defaults, checks. What a search may vary, and more."""

import math

import numpy as np

from ..errors import StudyError
from ..foundation.errors import unknown
from ..networks.initialisation import SCHEMES
from .optimizers import OPTIMIZERS, SCHEDULES

#: Every setting with its default; None means: as the task or the cell says.
DEFAULTS = {
    "lr": 3e-3,
    "hidden": 32,  # units per layer
    "parameters": None,  # instead of hidden: weights to train, units solved for each cell
    "layers": 1,
    "bidirectional": False,
    "residual": False,  # levels above the first add their input to their output
    "projection": None,  # size of each level's output after a linear map
    "layer_norm": False,  # of every pre-activation
    "embedding": None,  # size of the inputs after a linear map: of symbols, their embeddings
    "batch": 32,
    "optimizer": "adam",
    "momentum": 0.9,  # sgd and nesterov only
    "schedule": "linear",
    "clip": 1.0,  # global norm; 0 for none
    "input_dropout": 0.0,
    "output_dropout": 0.0,  # of every level
    "recurrent_dropout": 0.0,  # one mask per sequence
    "zoneout": 0.0,
    "init": "uniform",
    "forget_bias": None,
    "epochs": None,
    "updates": None,  # overrides epochs: the budget counted in updates
    "patience": None,
}
_WORDS = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "init": SCHEMES}
_WHOLE = (
    "hidden", "parameters", "layers", "projection", "embedding", "batch", "epochs", "updates",
    "patience",
)  # fmt: skip
_SHARES = ("input_dropout", "output_dropout", "recurrent_dropout", "zoneout", "momentum")
_SWITCHES = ("bidirectional", "residual", "layer_norm")


def complete(given):
    """All settings, the given ones over the defaults; 64.0 and NumPy's 64 are 64.

    Raises:
        StudyError: an unknown name (close matches are listed), a value out of range, or both
            ``hidden`` and ``parameters``.
    """
    for name in given:
        if name not in DEFAULTS:
            raise unknown("hyperparameter", name, DEFAULTS, StudyError)
    if "hidden" in given and given.get("parameters") is not None:
        raise StudyError("both hidden and parameters are given; parameters solves hidden, drop one")
    return DEFAULTS | {name: _checked(name, value) for name, value in given.items()}


def check_space(space):
    """Refuse ranges and choices that would draw a setting no training run takes.

    Raises:
        StudyError: naming the entry and what is wrong with a value of it.
    """
    for name in DEFAULTS.keys() & space.keys():
        entry = space[name]
        try:
            for value in entry if isinstance(entry, list) else entry[:2]:
                _check(name, value)
                if name in _WHOLE and isinstance(entry, tuple) and not isinstance(value, int):
                    raise StudyError(f"{name} is counted; write both ends as whole numbers")
        except StudyError as error:
            raise StudyError(f"search space: {name} = {entry!r}: {error}") from None


def _checked(name, value):
    value = value.item() if isinstance(value, np.generic) else value
    _check(name, value)
    return int(value) if name in _WHOLE and value is not None else value


def _check(name, value):
    if value is None and DEFAULTS[name] is None:
        return
    if name in _WORDS:
        if value not in list(_WORDS[name]):  # of anything at all, hashable or not
            raise StudyError(f"{name} is {value!r}; known: {', '.join(_WORDS[name])}")
        return
    if name in _SWITCHES:
        if not isinstance(value, bool):
            raise StudyError(f"{name} is {value!r}; give True or False")
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise StudyError(f"{name} is {value!r}; give a finite number")
    if name in _WHOLE and (value < 1 or int(value) != value):
        raise StudyError(f"{name} is {value!r}; give a whole number of at least 1")
    if name in _SHARES and not 0 <= value < 1:
        raise StudyError(f"{name} is {value!r}; give a share, at least 0 and below 1")
    if name == "lr" and value <= 0:
        raise StudyError(f"lr is {value!r}; give a number above 0")
    if name == "clip" and value < 0:
        raise StudyError(f"clip is {value!r}; give a number above 0, or 0 for no clipping")
