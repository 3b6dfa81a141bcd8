"""Arguments of a study: taken as they were meant, or refused in one line."""

import operator
import re

from gatelab.tasks.framework.batches import StatefulStream

from ..errors import StudyError
from ..searching.search import SAMPLERS
from ..trials.settings import DEFAULTS


def count(name, value, least=1):
    """A whole number of at least ``least``."""
    try:
        number = operator.index(value)  # NumPy's whole numbers, too
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise StudyError(f"{name} is {value!r}; give a whole number of at least {least}")
    return number


def named(what, values):
    """A dict by name; an empty one for None."""
    if values is not None and not isinstance(values, dict):
        raise StudyError(f"{what} is {values!r}; give a dict by name")
    return dict(values or {})


def not_both(settings, search, seeds):
    """Refuse what is searched and given at once, and searching where nothing is searched."""
    for name in search:
        if name in settings:
            raise StudyError(f"{name} is both given and searched; choose one")
        if seeds is not None:
            raise StudyError(f"seeds means no search, but {name} is to be searched; choose one")


def sampler(name):
    """The name of a sampler that searches."""
    known = [s for s in SAMPLERS if s != "fixed"]
    if name not in known:
        raise StudyError(f"unknown sampler {name!r}; known: {', '.join(known)}")
    return name


def some(what, values):
    """A list of at least one; a single value is a list of one."""
    values = [values] if isinstance(values, str) or not hasattr(values, "__iter__") else values
    values = list(values)
    if not values:
        raise StudyError(f"no {what} given; name at least one")
    return values


def names(what, given):
    """Refuse names that are no file's, and names that come twice."""
    for name in given:
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise StudyError(f"{what} {name!r} names files: use letters, digits, _ - and .")
    no_doubles(what, given)


def no_doubles(what, names):
    """Refuse a name that comes twice."""
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"{what} {name!r} is given twice; name each once")


def can_search(tasks, sampler):
    """Refuse to select by what a task trains on."""
    for task in tasks:
        if not task.has_validation and sampler != "fixed":
            raise StudyError(
                f"{task.name} holds nothing out to select by: give seeds, and settings in place of "
                "a search, or let it hold something out"
            )


def can_forget(comparisons, asked):
    """Refuse a ``forget_bias`` that no cell has."""
    if asked.get("forget_bias") is None:
        return
    if not any("forget_bias" in {**c.space, **c.fixed} for c in comparisons):
        raise StudyError("none of these cells has a forget bias; drop forget_bias")


def can_read(comparison, source):
    """Refuse batches of more rows than there are, and reading backwards what never ends."""
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
    """The values that a setting may have: those of a choice, both ends of a range, or the one."""
    entry = comparison.space.get(name)
    if entry is None:
        return [comparison.fixed.get(name, DEFAULTS[name])]
    return entry if isinstance(entry, list) else entry[:2]
