"""Tasks by name. A file in this package that registers a task is found; no list is edited."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from gatelab.foundation.errors import unknown

from .errors import TaskError
from .task import Task

Class = TypeVar("Class", bound=type[Task])
_tasks: dict[str, type[Task]] = {}


def register(name: str) -> Callable[[Class], Class]:
    """Class decorator that gives a task its name; raises TaskError if another class has it."""
    if not isinstance(name, str) or not name.isidentifier():
        raise TaskError(f"a task's name is one word such as 'adding', got {name!r}")

    def add(cls: Class) -> Class:
        if not (isinstance(cls, type) and issubclass(cls, Task)):
            raise TaskError(f"{name!r}: @register takes a class that extends Task, got {cls!r}")
        taken = _tasks.get(name)
        if taken is not None and _origin(taken) != _origin(cls):
            raise TaskError(
                f"the name {name!r} is taken by {'.'.join(_origin(taken))}; choose another"
            )
        cls.name = name
        _tasks[name] = cls
        return cls

    return add


def names() -> list[str]:
    """All registered names, sorted."""
    _discover()
    return sorted(_tasks)


def get(name: str) -> type[Task]:
    """The class registered under a name; raises TaskError with close matches."""
    _discover()
    if name not in _tasks:
        raise unknown("task", name, _tasks, TaskError)
    return _tasks[name]


def make(task: "str | type[Task] | Task", /, **options: Any) -> Task:
    """A ready task from its name or class, with options; an instance is handed back as it is."""
    if isinstance(task, Task):
        if options:
            raise TaskError(f"{task!r} is made already; options go to its class")
        return task
    cls = get(task) if isinstance(task, str) else task
    if not (isinstance(cls, type) and issubclass(cls, Task)):
        raise TaskError(f"a task is a name, a class that extends Task or an instance, got {task!r}")
    return cls(**options)


@cache
def _discover():
    """Imports every module of the package once, which registers its tasks."""
    package = importlib.import_module(__name__.rpartition(".framework")[0])
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{package.__name__}.{module.name}")


def _origin(cls: type) -> tuple[str, str]:
    # Not the class itself: a notebook cell or a reload defines the same class again.
    return cls.__module__, cls.__qualname__
