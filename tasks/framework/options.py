"""Check the options of a task: the class attribute gives an option's default and type."""

import math
import operator
from collections.abc import Collection
from typing import Any

from .errors import TaskError


def checked(name: str, value: Any, default: Any, least: int = 1, choices: Collection | None = None):
    """The value of an option, checked against the type of its default.

    ``patience`` may also be None, and ``search`` must be a search space.

    Args:
        least: lower bound of a whole number. Other numbers must be finite.
        choices: all values that are allowed, if there is such a list.

    Raises:
        TaskError: the value is not allowed.
    """
    if choices is not None:
        return _one_of(name, value, choices)
    if name == "search":
        return checked_search(value)
    if name == "patience":
        return None if value is None else _whole(name, value, least)
    if isinstance(default, bool) or not isinstance(default, int | float):
        return _instance(name, value, default)
    return _whole(name, value, least) if isinstance(default, int) else _number(name, value)


def allowed(name: str, default: Any, least: int = 1, choices: Collection | None = None) -> str:
    """The values that ``checked`` accepts, in words."""
    if choices is not None:
        return ", ".join(repr(choice) for choice in choices)
    if name == "search":
        return "a search space such as {'hidden': (8, 32)}"
    if name == "patience":
        return f"None, or a whole number of at least {least}"
    if isinstance(default, bool) or not isinstance(default, int | float):
        return type(default).__name__
    return f"a whole number of at least {least}" if isinstance(default, int) else "a finite number"


def checked_search(search: Any) -> dict[str, tuple | list]:
    """A search space: {name: (low, high) | (low, high, "log") | [choice, ...]}."""
    if not isinstance(search, dict):
        raise TaskError(f"search must be a dict such as {{'hidden': (8, 32)}}, got {search!r}")
    for name, entry in search.items():
        if not (isinstance(name, str) and (_is_range(entry) or _is_choice(entry))):
            raise TaskError(
                f"search entry {name!r}: {entry!r} is neither (low, high), "
                "(low, high, 'log') nor a list of choices"
            )
    return dict(search)


def _is_choice(entry):
    return isinstance(entry, list) and len(entry) > 0


def _is_range(entry):
    if not isinstance(entry, tuple) or len(entry) not in (2, 3):
        return False
    (low, high), scale = entry[:2], entry[2:]
    if not (_is_finite(low) and _is_finite(high) and low < high):
        return False
    return scale == () or (scale == ("log",) and low > 0)


def _is_finite(value):
    # bool is excluded: True is 1 in Python, but never a number given as an option.
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _one_of(name, value, choices):
    if value not in choices:
        allowed = ", ".join(repr(choice) for choice in choices)
        raise TaskError(f"{name} must be one of {allowed}, got {value!r}")
    return value


def _whole(name, value, least):
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise TaskError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return number


def _number(name, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise TaskError(f"{name} must be a finite number, got {value!r}")
    return number


def _instance(name, value, default):
    if default is not None and not isinstance(value, type(default)):
        raise TaskError(f"{name} must be {type(default).__name__}, got {value!r}")
    return value
