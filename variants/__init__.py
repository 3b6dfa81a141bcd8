"""Recurrent cells, each written once, as its equations."""

import importlib
import pkgutil
from importlib.metadata import entry_points

from .configuring import configured
from .errors import TraceError, VariantError
from .operations import (
    abs_,
    exp,
    layer_norm,
    log,
    log_sigmoid,
    maximum,
    mean,
    minimum,
    relu,
    sigmoid,
    softplus,
    softsign,
    sqrt,
    tanh,
    where,
)
from .registry import get, is_registered, names, register
from .variant import Variant, hyperparameters, initial_values, states

abs = abs_

__all__ = [
    "TraceError",
    "Variant",
    "VariantError",
    "abs",
    "abs_",
    "configured",
    "exp",
    "get",
    "hyperparameters",
    "initial_values",
    "is_registered",
    "layer_norm",
    "log",
    "log_sigmoid",
    "maximum",
    "mean",
    "minimum",
    "names",
    "register",
    "relu",
    "sigmoid",
    "softplus",
    "softsign",
    "sqrt",
    "states",
    "tanh",
    "where",
]

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")
for _entry in entry_points(group="gatelab.variants"):
    _entry.load()
