"""Reading what people type: settings, ranges, files with cells of their own."""

from gatelab.cli import importing
from gatelab.errors import LayerError, StudyError
from gatelab.tasks import TaskError
from gatelab.tasks.user_data.spelled import value
from gatelab.variants import VariantError


def pair(text, example):
    """(name, rest) of NAME=REST."""
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


def import_file(file):
    """Import a user's file, whose cells and tasks then have names.

    Raises:
        StudyError: it cannot be read, or raises while it is imported.
    """
    importing.import_file(file, StudyError, (LayerError, StudyError, TaskError, VariantError))
