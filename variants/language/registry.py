"""Cells by name, registered with a decorator alone."""

from gatelab.foundation import plugins, spelling

from .checking import check
from .configuring import configured
from .errors import VariantError
from .variant import Variant, hyperparameters

VARIANTS = plugins.Registry("variant", __name__.partition(".language")[0], VariantError, check)


def register(name):
    """Class decorator: enter a ``Variant`` under a name.

    Raises:
        VariantError: the name is not a word or is taken, or ``check`` refuses the class.
    """
    return VARIANTS.register(name)


def names():
    """All registered names, sorted."""
    return VARIANTS.names()


def is_registered(cls):
    """Whether a class, or the one it was configured from, is registered."""
    known = VARIANTS.classes.get(cls.name.partition(":")[0])
    return known is not None and known.step is cls.step  # a subclass inherits the name, too


def get(name):
    """The class registered under a name, with options if they follow: ``rhn:depth=5``.

    Raises:
        VariantError: no such name (close matches are listed), no such option.
    """
    if isinstance(name, type) and issubclass(name, Variant):
        return name
    base, colon, given = str(name).partition(":")
    if base.endswith(".py"):
        raise VariantError(f"{base} is a file: import it (--import {base}), and name its cell")
    cls = VARIANTS.get(base)
    if not colon:
        return cls
    return configured(cls, **spelling.options(given, hyperparameters(cls), VariantError))
