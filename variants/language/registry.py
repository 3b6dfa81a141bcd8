"""The registry: a decorator, and nothing to edit elsewhere."""

from gatelab.foundation.errors import unknown

from .checking import check
from .configuring import configured, options
from .errors import VariantError
from .variant import Variant

_REGISTRY: dict[str, type] = {}


def register(name):
    """Class decorator: enter a ``Variant`` under a name.

    Raises:
        VariantError: a name that is not a word, or that another class has; what ``check`` refuses.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise VariantError(f"variant name {name!r} is not a word; write register('my_cell')")

    def enter(cls):
        check(cls, name)
        taken = _REGISTRY.get(name, cls)
        if _origin(taken) != _origin(cls):  # the same class again, edited, is welcome
            raise VariantError(f"the name {name!r} is taken by {_origin(taken)}; choose another")
        cls.name = name
        _REGISTRY[name] = cls
        return cls

    return enter


def _origin(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def names():
    """All registered names, sorted."""
    return sorted(_REGISTRY)


def is_registered(cls):
    """Whether a class, or the one it was configured from, can be had by name."""
    known = _REGISTRY.get(cls.name.partition(":")[0])
    return known is not None and known.step is cls.step  # a subclass inherits the name, too


def get(name):
    """The class registered under a name, with options if they follow: ``rhn:depth=5``.

    Raises:
        VariantError: no such name (close matches are listed), no such option.
    """
    if isinstance(name, type) and issubclass(name, Variant):
        return name
    base, colon, given = str(name).partition(":")
    if base not in _REGISTRY:
        raise unknown("variant", base, _REGISTRY, VariantError)
    cls = _REGISTRY[base]
    return configured(cls, **options(cls, given)) if colon else cls
