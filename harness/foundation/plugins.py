"""Classes by name, wherever they come from: a package's own modules, other packages, a script."""

import importlib
import multiprocessing
import pkgutil
import threading
import warnings
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from .errors import GatelabError, unknown

Kind = TypeVar("Kind")
Class = TypeVar("Class", bound=type)


class Registry(Generic[Kind]):
    """Classes of one kind by name.

    Everything that registers some is imported at the first question, not before.

    Args:
        what: one of them, in messages: "variant".
        package: its modules register the first of them. The group of entry points by which
            installed packages add more has its name, too.
        error: of refusals.
        check: called with a class and its name; refuses what makes no sense.
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
        """Class decorator that gives a class its name.

        Raises:
            ``error``: a name that is not a word, or that another class has; what ``check`` refuses.
        """
        if not isinstance(name, str) or not name.isidentifier():
            raise self.error(
                f"{self.what} name {name!r} is not a word; write register('my_{self.what}')"
            )

        def enter(cls):
            self.check(cls, name)
            if not cls.__module__.startswith(f"{self.package}."):
                self.discover()  # the package's own have their names before anybody's
            taken = self.classes.get(name) or cls
            if _origin(taken) != _origin(cls):  # the same class again, edited, is welcome
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
        """The class of a name; ``error`` with close matches if there is none."""
        self.discover()
        if name not in self.classes:
            raise unknown(self.what, name, self.classes, self.error)
        return self.classes[name]

    def discover(self) -> None:
        """Import, once, the package's modules and what installed packages point to."""
        with self._lock:
            if self._discovered:
                return
            self._discovered = True  # before the imports: they register, and come here again
            try:
                self._import()
            except BaseException:
                self._discovered = False
                raise

    def _import(self) -> None:
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{self.package}.{module.name}")
        for entry in entry_points(group=self.package):
            self._load(entry)

    def _load(self, entry: EntryPoint) -> None:
        """Import another package's module; a broken one is a warning, and breaks nothing."""
        try:
            # Importing the module registers its classes. An attribute after the colon is not
            # loaded: it may not exist yet if the module itself is importing gatelab.
            importlib.import_module(entry.module)
        except (Exception, SystemExit) as error:
            if (
                multiprocessing.current_process().name == "MainProcess"
            ):  # workers need not repeat it
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
