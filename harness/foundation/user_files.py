"""A Python file of somebody's own, imported for the cells and tasks that it registers."""

import importlib.util
import sys
import traceback
from os import PathLike
from pathlib import Path

import cloudpickle

from .errors import GatelabError


def import_file(file: str | PathLike) -> str:
    """Import a user's file, whose cells and tasks then have names; so it may import its neighbours.

    Returns:
        its whole path, for processes that may have another working folder.

    Raises:
        GatelabError: it cannot be read or fails while it is imported; with its line and the reason.
            What gatelab itself refused in it keeps its type.
    """
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        raise GatelabError(f"no file {file}; give the path of a Python file")
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise GatelabError(f"{file} is not a Python file; its name has to end with .py")
    module = importlib.util.module_from_spec(spec)
    if str(path.parent) not in sys.path:  # last: what lies beside it is found, and hides nothing
        sys.path.append(str(path.parent))
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _refusal(file, path, error) from error
    # Workers cannot import it by name: they get its classes by value.
    cloudpickle.register_pickle_by_value(module)
    return str(path)


def _module_name(path):
    """A name of its own: random.py must not take the place of Python's, nor of another."""
    name = f"imported_{path.stem}"
    while name in sys.modules and sys.modules[name].__file__ != str(path):
        name += "_"
    return name


def _refusal(file, path, error):
    """``my_cell.py:3: NameError: ...`` as an error of gatelab's."""
    place = f"{file}:{line}" if (line := _line(path, error)) else f"{file}"
    if isinstance(error, GatelabError):
        says_where = str(error).startswith(f"{path.name}:")
        return error if says_where else type(error)(f"{place}: {error}")
    reason = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return GatelabError(f"{place}: {type(error).__name__}: {reason}")


def _line(path, error):
    """The last line of the file on the way to an error, if there is one."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == str(path)), None)
