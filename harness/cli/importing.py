"""A Python file of somebody's own, imported for the tasks or cells that it registers."""

import importlib.util
import sys
from os import PathLike
from pathlib import Path

import cloudpickle

from gatelab.tasks.framework.errors import TaskError
from gatelab.tasks.framework.registry import names


def import_file(
    file: str | PathLike,
    refusal: type[Exception] = TaskError,
    ours: tuple[type[Exception], ...] = (TaskError,),
) -> None:
    """Import a user's file, whose tasks and cells then have names.

    Args:
        ours: what says enough by itself, if the file raises it, and goes through as it is.

    Raises:
        refusal: it cannot be read, or raises something else while it is imported.
    """
    path = Path(file).resolve()
    if not path.is_file():
        raise refusal(f"no file {file}; give the path of a Python file")
    names()  # the package's own tasks have their names before anybody's
    # A name of its own: a file called random.py must not take the place of Python's.
    name = f"imported_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise refusal(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ours:
        raise
    except Exception as error:
        raise refusal(f"importing {file}: {type(error).__name__}: {error}") from error
    # Workers cannot import it by name: they get its classes by value.
    cloudpickle.register_pickle_by_value(module)
