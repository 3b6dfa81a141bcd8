"""Parse settings and ranges from the command line."""

from ..errors import StudyError
from ..foundation.spelling import value


def pair(text, example):
    """Split NAME=REST into (name, rest)."""
    name, equals, rest = text.partition("=")
    if not (name and equals and rest):
        raise StudyError(f"cannot read {text!r}; write it as {example}")
    return name, rest


def setting(text):
    """(name, value) of ``hidden=64``."""
    name, rest = pair(text, "hidden=64")
    return name, value(rest)


def range_of(text):
    """(name, entry of a search space) of ``lr=1e-4:1e-2:log`` or ``batch=16,32``."""
    name, rest = pair(text, "lr=1e-4:1e-2:log or batch=16,32")
    if ":" not in rest:
        return name, [value(part) for part in rest.split(",")]
    low, high, *log = rest.split(":")
    return name, (value(low), value(high), *log)
