"""Recurrent cells, each written once, as its equations."""

import importlib
import multiprocessing
import pkgutil
import warnings
from importlib.metadata import entry_points

from .language import operations
from .language.configuring import configured, left_open
from .language.errors import TraceError, VariantError
from .language.operations import *  # noqa: F403
from .language.registry import get, is_registered, names, register
from .language.variant import Variant, hyperparameters, initial_values, states

abs = operations.abs_

__all__ = [
    *operations.__all__,
    "TraceError",
    "Variant",
    "VariantError",
    "abs",
    "configured",
    "get",
    "hyperparameters",
    "initial_values",
    "is_registered",
    "left_open",
    "names",
    "register",
    "states",
]

for _module in pkgutil.iter_modules(__path__):  # noqa: F405
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")
for _entry in entry_points(group="gatelab.variants"):
    try:
        # Importing the module registers its cells. An attribute after the colon is not loaded:
        # it may not exist yet if the module itself is importing this package.
        importlib.import_module(_entry.module)
    except Exception as _error:
        if multiprocessing.current_process().name == "MainProcess":  # workers need not repeat it
            _package = _entry.dist.name if _entry.dist else _entry.name
            _reason = f"{type(_error).__name__}: {' '.join(str(_error).split())}"
            warnings.warn(
                f"package {_package}: its cells are missing, importing {_entry.value} failed "
                f"({_reason}); repair or uninstall it",
                stacklevel=2,
            )
