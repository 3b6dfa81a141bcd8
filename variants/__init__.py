"""Recurrent cells, each written once, as its equations."""

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
