"""The search space: what varies between trials, and draws that are the same for every cell.

An entry is a plain tuple or list, for cells, tasks and studies alike:

    (16, 64)                integer, both ends included
    (0.0, 2.0)              real, uniform
    (1e-3, 3e-2, "log")     log-uniform; of integers if both ends are integers
    [16, 32, 64]            one of these
"""

import hashlib
import math

import numpy as np

from ..errors import StudyError
from ..foundation.errors import unknown
from . import settings

SPACE = {
    # From safe to too high for Adam on every task here. The learning rate matters more than all
    # other hyperparameters together (Greff et al., 2017).
    "lr": (1e-3, 3e-2, "log"),
    # Logarithmic, because one more unit matters less in a larger layer.
    "hidden": (16, 64, "log"),
    # Powers of two only: values in between change little but the speed.
    "batch": [16, 32, 64],
    # Global norm of the gradient; below 0.5 it only rescales the learning rate.
    "clip": (0.5, 5.0, "log"),
    # A choice, so that 0 can be drawn: noise on the readout harms tasks with exact answers.
    "output_dropout": [0.0, 0.1, 0.2],
    # From half open to open; 1 is usual (Jozefowicz et al., 2015), but not always best.
    "forget_bias": (0.0, 2.0),
}


def check(name, entry):
    """Refuse an entry that has none of the four forms.

    Args:
        name: of the setting, for the message.
        entry: of a search space.

    Raises:
        StudyError: what is wrong with the entry.
    """
    if isinstance(entry, list):
        _check_choice(name, entry)
    elif isinstance(entry, tuple) and (len(entry) == 2 or (len(entry) == 3 and entry[2] == "log")):
        _check_range(name, entry)
    else:
        raise StudyError(
            f"search space: {name} = {entry!r} is not (low, high), (low, high, 'log') or [a, b, c]"
        )


def _check_choice(name, entry):
    if not entry:
        raise StudyError(f"search space: {name} = [] leaves nothing to choose from")
    for value in entry:
        if not isinstance(value, str | bool | int | float | None):
            raise StudyError(f"search space: {name} offers {value!r}: use numbers or words")
        if isinstance(value, float) and not math.isfinite(value):
            raise StudyError(f"search space: {name} offers {value!r}, which is not finite")


def _check_range(name, entry):
    low, high = entry[:2]
    if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in (low, high)):
        raise StudyError(f"search space: {name} = {entry!r} needs numbers at both ends")
    if not (math.isfinite(low) and math.isfinite(high)):
        raise StudyError(f"search space: {name} = {entry!r} needs finite ends")
    if low > high:
        raise StudyError(f"search space: {name} = {entry!r} has low > high")
    if is_log(entry) and low <= 0:
        raise StudyError(f"search space: {name} = {entry!r} is logarithmic and needs low > 0")


def is_log(entry):
    return len(entry) == 3 and isinstance(entry, tuple)


def is_integer(entry):
    return all(isinstance(end, int) for end in entry[:2])


def contains(entry, value):
    """Whether a value is one of those that an entry offers."""
    if isinstance(entry, list):
        return any(value == each and type(value) is type(each) for each in entry)
    if isinstance(value, str | bool | None) or (is_integer(entry) and value != int(value)):
        return False
    return entry[0] <= value <= entry[1]


def resolve(known, task=None, study=None, own=None, hyperparameters=(), elsewhere=(), fixed=()):
    """The search space of one variant on one task.

    Args:
        known: names of all settings of a training run.
        task: {name: entry} of the task; overrides ``SPACE``.
        study: {name: entry} of the study; overrides everything else.
        own: {name: entry} of the variant, for its own hyperparameters.
        hyperparameters: names of all the variant's own hyperparameters, searched or not.
        elsewhere: the same of the study's other variants: allowed in ``study``, ignored here.
        fixed: names, or {name: value}, of settings given by the study, which are not searched.

    Returns:
        {name: entry}, sorted by name, without settings that can have no effect given the others;
        see ``settings.Needs``.

    Raises:
        StudyError: an unknown name, a hyperparameter of the variant with the name of a setting, a
            malformed entry, or a setting in ``study`` or ``fixed`` that can have no effect.
    """
    task, study, own = task or {}, study or {}, own or {}
    mine = {*own, *hyperparameters}
    if clash := sorted(mine & set(known)):
        raise StudyError(f"a cell's hyperparameter has a setting's name, {clash[0]!r}: rename it")
    for name in task:
        _check_known(name, sorted(known))
    for name in [*study, *fixed]:
        _check_known(name, sorted({*known, *mine, *elsewhere}))
    space = {**SPACE, **task, **own, **study}
    for name, entry in space.items():
        check(name, entry)
    given = fixed if isinstance(fixed, dict) else dict.fromkeys(fixed)
    chosen = {**task, **given, **study}
    asked = {name for name in study if name in known} | {n for n in given if given[n] is not None}
    settings.refuse_idle(chosen, asked)
    here = ({*known, *mine} - {*given}) - {*settings.idle(chosen)}
    return {name: space[name] for name in sorted(space) if name in here}


def _check_known(name, names):
    if name not in names:
        raise unknown("hyperparameter", name, names, StudyError)


def draw(entry, seed, slot, name):
    """Draw one value of an entry, as a pure function of (seed, slot, name).

    The other hyperparameters, the order of draws and the number of workers do not matter. So trial
    k draws the same value for every cell, or the same quantile if their ranges differ.
    """
    u = np.random.default_rng(keyed(seed, slot, name)).random()
    if isinstance(entry, list):
        return entry[int(u * len(entry))]
    low, high = entry[:2]
    if is_integer(entry):  # Each integer covers half a unit on both sides.
        value = math.floor(_between(low - 0.5, high + 0.5, u, is_log(entry)) + 0.5)
    else:
        value = _between(low, high, u, is_log(entry))
    return min(max(value, low), high)


def _between(low, high, u, log):
    if log:
        return math.exp(_between(math.log(low), math.log(high), u, log=False))
    return low + (high - low) * u


def keyed(seed, slot, name):
    """The ``SeedSequence`` of (seed, name, slot): a leaf of the study's seed tree."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4")
    return np.random.SeedSequence(seed, spawn_key=(*map(int, words), slot))
