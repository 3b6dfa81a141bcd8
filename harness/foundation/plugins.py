"""Registries of classes from the package's modules, other packages and the user's scripts."""

import importlib
import multiprocessing
import os
import pkgutil
import re
import threading
import warnings
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from .errors import GatelabError, unknown

FEW = 3  # names that a refusal offers
Kind = TypeVar("Kind")
Class = TypeVar("Class", bound=type)


class Registry(Generic[Kind]):
    """Classes of one kind by name.

    Modules that register classes are imported at the first lookup, not before. Where a module has
    the name that is looked up, no other is imported.

    Args:
        what: the word for one of them in messages, such as "variant".
        package: the package whose modules register its own classes. The group of entry points
            through which installed packages add more has the same name.
        error: the class of the errors raised.
        check: called with a class and its name; raises ``error`` for an invalid class.
    """

    def __init__(
        self,
        what: str,
        package: str,
        error: type[GatelabError],
        check: Callable[[type[Kind], str], None],
    ):
        self.what, self.package, self.error, self.check = what, package, error, check
        self.classes: dict[str, type[Kind]] = {}
        self._discovered = False
        self._lock = threading.RLock()

    def register(self, name: str) -> Callable[[Class], Class]:
        """Class decorator that registers a class under a name.

        Raises:
            error: the name is not a word or is taken, or ``check`` refuses the class.
        """
        if not isinstance(name, str) or not name.isidentifier():
            raise self.error(
                f"{self.what} name {name!r} is not a word; write register('my_{self.what}')"
            )

        def enter(cls):
            self.check(cls, name)
            if not cls.__module__.startswith(f"{self.package}."):
                self.discover()  # the package's own classes come first
            taken = self.classes.get(name) or cls
            if _origin(taken) != _origin(cls):  # an edited version of the same class may replace it
                raise self.error(f"the name {name!r} is taken by {_origin(taken)}; choose another")
            cls.name = name
            self.classes[name] = cls
            return cls

        return enter

    def names(self) -> list[str]:
        """All names, sorted."""
        self.discover()
        return sorted(self.classes)

    def get(self, name: str) -> type[Kind]:
        """The class registered under a name.

        Raises:
            error: there is no such class; the message lists close matches.
        """
        if name not in self.classes:
            self._import_one(name)
        if name not in self.classes:
            self.discover()
        if name not in self.classes:
            raise self._unknown(name)
        return self.classes[name]

    def _unknown(self, name):
        if os.path.isfile(file := f"{name}.py"):  # not pathlib's, which raises for odd names
            hint = f"to take it from {file}, import that first (--import {file})"
            return self.error(f"unknown {self.what} {name!r}; {hint}")
        if len(parts := str(name).replace(",", " ").split()) > 1:
            hint = f"give several apart: {' '.join(parts)}"
            return self.error(f"unknown {self.what} {name!r}; {hint}")
        return unknown(self.what, name, self.classes, self.error, self._called(name))

    def _called(self, name: str) -> list[str]:
        """The few classes that have another name in the literature, which their docstrings say.

        A name in quotes, as in: what most people call "LSTM", comes before one that is mentioned.
        """
        texts = {known: cls.__doc__ or "" for known, cls in self.classes.items()}
        word = re.compile(rf"\b{re.escape(str(name))}\b", re.IGNORECASE)
        quoted = re.compile(f'"{word.pattern}"', re.IGNORECASE)
        for form in (quoted, word):
            found = [known for known, text in texts.items() if form.search(text)]
            if 0 < len(found) <= FEW:
                return found
        return []

    def discover(self) -> None:
        """Import, once, the package's modules and the entry points of installed packages."""
        with self._lock:
            if self._discovered:
                return
            self._discovered = True  # before the imports, which register and so call this again
            try:
                self._import()
            except BaseException:
                self._discovered = False
                raise

    def _import_one(self, name: str) -> None:
        """Import the package's module of this name, if there is one."""
        if name in self._modules():
            importlib.import_module(f"{self.package}.{name}")

    def _modules(self) -> list[str]:
        package = importlib.import_module(self.package)
        found = [module.name for module in pkgutil.iter_modules(package.__path__)]
        return [name for name in found if not name.startswith("_")]

    def _import(self) -> None:
        for name in self._modules():
            importlib.import_module(f"{self.package}.{name}")
        for entry in entry_points(group=self.package):
            self._load(entry)

    def _load(self, entry: EntryPoint) -> None:
        """Import another package's module; if that fails, only warn."""
        try:
            # Importing the module registers its classes. An attribute after the colon is not
            # loaded: it may not exist yet if the module itself is importing gatelab.
            importlib.import_module(entry.module)
        except (Exception, SystemExit) as error:
            # Workers do not repeat the warning.
            if multiprocessing.current_process().name == "MainProcess":
                package = entry.dist.name if entry.dist else entry.name
                reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
                warnings.warn(
                    f"package {package}: its {self.what}s are missing, importing {entry.value} "
                    f"failed ({reason}); repair or uninstall it",
                    stacklevel=4,
                )


def _origin(cls: type) -> str:
    # Not the class itself: a notebook cell or a reload defines the same class again.
    return f"{cls.__module__}.{cls.__qualname__}"
