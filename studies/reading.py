"""Reading what people type: settings, ranges, files with cells of their own."""

import importlib.util
import sys
from pathlib import Path

import cloudpickle

from harness.errors import LayerError, StudyError
from tasks import TaskError
from tasks.typed import value
from variants import VariantError


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
    path = Path(file).resolve()
    if not path.is_file():
        raise StudyError(f"no file {file}; give the path of a Python file")
    # A name of its own: a file called random.py must not take the place of Python's.
    name = f"imported_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StudyError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (LayerError, StudyError, TaskError, VariantError):  # our own refusals say enough
        raise
    except Exception as error:
        raise StudyError(f"importing {file}: {type(error).__name__}: {error}") from error
    # Workers cannot import it by name: they get its classes by value.
    cloudpickle.register_pickle_by_value(module)
