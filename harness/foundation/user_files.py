"""Import the user's Python files for the cells and tasks that they register."""

import importlib.util
import sys
import traceback
from os import PathLike
from pathlib import Path

import cloudpickle

from .errors import GatelabError


def import_file(file: str | PathLike) -> str:
    """Import a user's file, which registers cells and tasks. It may import files beside it.

    Returns:
        its absolute path, for processes with another working folder.

    Raises:
        GatelabError: the file cannot be read or its import fails; the message gives the line and
            the reason. Errors of gatelab raised in it keep their type.
    """
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        raise GatelabError(f"no file {file}; give the path of a Python file")
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise GatelabError(f"{file} is not a Python file; its name has to end with .py")
    module = importlib.util.module_from_spec(spec)
    if str(path.parent) not in sys.path:  # last: its neighbours are found but hide no module
        sys.path.append(str(path.parent))
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _refusal(file, path, error) from error
    # Workers cannot import it by name, so its classes are pickled by value.
    cloudpickle.register_pickle_by_value(module)
    return str(path)


def _module_name(path):
    """A unique module name: random.py must not replace Python's or another user's random."""
    name = f"imported_{path.stem}"
    while name in sys.modules and sys.modules[name].__file__ != str(path):
        name += "_"
    return name


def _refusal(file, path, error):
    """``my_cell.py:3: NameError: ...`` as a GatelabError."""
    place = f"{file}:{line}" if (line := _line(path, error)) else f"{file}"
    if isinstance(error, GatelabError):
        says_where = str(error).startswith(f"{path.name}:")
        return error if says_where else type(error)(f"{place}: {error}")
    reason = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return GatelabError(f"{place}: {type(error).__name__}: {reason}")


def _line(path, error):
    """The line number of the last frame of a traceback that is in the file, if any."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == str(path)), None)
