"""How ``study.json`` names a sampler or a pruner: by its class and its settings.

{"class": "optuna.samplers.CmaEsSampler", "settings": {"n_startup_trials": 1, ...}}

Optuna is loaded by those who describe an object; to read what was noted takes none.
"""

import inspect

from ..foundation.errors import presentable
from ..foundation.jsonable import plain

NO_SETTINGS = ("seed", "rng")  # these are the study's
MISSING = object()


def described(thing):
    """The class of an object and the settings that its constructor took, as JSON.

    They are read from the attributes of the same name. If an attribute is missing, the object's
    ``repr`` is noted as well.
    """
    settings = {name: _found(thing, name) for name in _names(type(thing))}
    found = {name: _readable(value) for name, value in settings.items() if value is not MISSING}
    lost = len(found) < len(settings) and not _is_optunas(type(thing))  # theirs have no effect
    more = {"repr": presentable(repr(thing))} if lost else {}
    return {"class": _path(type(thing)), "settings": found, **more}


def said(entry):
    """An entry of ``study.json`` in a line: ``CmaEsSampler (n_startup_trials 1, popsize 8)``."""
    if isinstance(entry, str):
        return "TPE" if entry == "tpe" else entry
    given = {k: v for k, v in entry["settings"].items() if v not in (None, False)}
    listed = ", ".join(f"{name} {_short(value)}" for name, value in given.items())
    return f"{title(entry)} ({listed})" if listed else title(entry)


def title(entry):
    """The name in an entry of ``study.json``: that of the class, without its module."""
    return entry if isinstance(entry, str) else entry["class"].rpartition(".")[2]


def _names(cls):
    try:
        parameters = inspect.signature(cls).parameters
    except (TypeError, ValueError):  # written in C
        return ["settings"]
    return [n for n in parameters if n not in NO_SETTINGS and not n.startswith("warn_")]


def _found(thing, name, deeper=True):
    """The value of a setting; ``MISSING`` if the object does not keep it under its name."""
    kept = vars(thing) if hasattr(thing, "__dict__") else {}
    for key in (f"_{name}", name):
        if key in kept:
            return kept[key]
        if key in getattr(thing, "_fields", ()):  # a named tuple
            return getattr(thing, key)
    helpers = [each for each in kept.values() if deeper and not _is_sampler(each)]
    found = (_found(each, name, deeper=False) for each in helpers)
    return next((value for value in found if value is not MISSING), MISSING)


def _readable(value):
    if isinstance(value, dict):
        return {str(key): _readable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(each) for each in value]
    if inspect.isroutine(value) or isinstance(value, type):
        return _path(value)
    if hasattr(value, "__dict__") and not hasattr(value, "dtype"):
        return described(value)
    return plain(value)


def _path(named):
    """Where a class or a function is found: ``optuna.samplers.TPESampler``."""
    import optuna

    for public in (optuna.samplers, optuna.pruners):
        if getattr(public, named.__name__, None) is named:
            return f"{public.__name__}.{named.__name__}"
    return f"{named.__module__}.{named.__qualname__}"


def _is_sampler(thing):
    import optuna

    return isinstance(thing, optuna.samplers.BaseSampler | optuna.pruners.BasePruner)


def _is_optunas(cls):
    return cls.__module__.partition(".")[0] == "optuna"


def _short(value):
    return title(value) if isinstance(value, dict) and "class" in value else value
