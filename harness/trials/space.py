"""The search space: what may vary between trials, and the draws that are the same for every cell.

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
    # Reaches from safe to too high for Adam on every task here; decides more than all the rest
    # together (Greff et al., 2017).
    "lr": (1e-3, 3e-2, "log"),
    # Logarithmic, because a unit more matters less the more there are.
    "hidden": (16, 64, "log"),
    # Powers of two only: between them nothing changes but the speed.
    "batch": [16, 32, 64],
    # Global norm of the gradient; below 0.5 it only rescales the learning rate.
    "clip": (0.5, 5.0, "log"),
    # A choice, so that none at all can be drawn: noise on the readout spoils exact tasks.
    "output_dropout": [0.0, 0.1, 0.2],
    # From half open to open: 1 is the usual advice (Jozefowicz et al., 2015), not always the best.
    "forget_bias": (0.0, 2.0),
}


def check(name, entry):
    """Refuse an entry that is none of the four forms; ``StudyError`` says what is wrong with it."""
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


def resolve(known, task=None, study=None, own=None, hyperparameters=(), elsewhere=(), fixed=()):
    """The space that one variant is searched in on one task: shared < task's < study's.

    Args:
        known: names of the settings that a training run has.
        task: the task's entries, over the shared ones.
        study: the study's entries, over all others.
        own: the entries that the variant brings for hyperparameters of its own.
        hyperparameters: all names of hyperparameters the variant has, searched or not.
        elsewhere: those of the study's other variants: allowed in ``study``, left out here.
        fixed: names that the study gives a value to (or a dict of them): not searched.

    Returns:
        dict of name to entry, sorted by name, without settings that can have no effect beside the
        others: see ``settings.Needs``.

    Raises:
        StudyError: an unknown name, a name of the variant's that a setting has, a malformed entry,
            a setting in ``study`` or ``fixed`` that can have no effect.
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
    """One value of an entry, a pure function of (seed, slot, name).

    Nothing else moves it: not the other hyperparameters, not the order of asking, not the number of
    workers. So trial k of every cell draws the same, and where ranges differ, the same quantile.
    """
    u = np.random.default_rng(keyed(seed, slot, name)).random()
    if isinstance(entry, list):
        return entry[int(u * len(entry))]
    low, high = entry[:2]
    if is_integer(entry):  # Each integer owns the half units around it.
        value = math.floor(_between(low - 0.5, high + 0.5, u, is_log(entry)) + 0.5)
    else:
        value = _between(low, high, u, is_log(entry))
    return min(max(value, low), high)


def _between(low, high, u, log):
    if log:
        return math.exp(_between(math.log(low), math.log(high), u, log=False))
    return low + (high - low) * u


def keyed(seed, slot, name):
    """A leaf of the study's seed tree: ``SeedSequence`` of (seed, name, slot)."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4")
    return np.random.SeedSequence(seed, spawn_key=(*map(int, words), slot))
