"""Tasks by name. Files in this package that register a task are found without any list."""

from collections.abc import Callable
from typing import TypeVar

from gatelab.foundation.plugins import Registry

from .errors import TaskError
from .task import Task


def _check(cls, name):
    if not (isinstance(cls, type) and issubclass(cls, Task)):
        raise TaskError(f"{name!r}: @register takes a class that extends Task, got {cls!r}")


TASKS = Registry("task", __name__.partition(".framework")[0], TaskError, _check)
Class = TypeVar("Class", bound=type[Task])


def register(name: str) -> Callable[[Class], Class]:
    """Class decorator that registers a task under a name.

    Raises:
        TaskError: another class has the name.
    """
    return TASKS.register(name)


def names() -> list[str]:
    """All registered names, sorted."""
    return TASKS.names()


def get(name: str) -> type[Task]:
    """The class registered under a name.

    Raises:
        TaskError: there is no such task; the message lists close matches.
    """
    return TASKS.get(name)
