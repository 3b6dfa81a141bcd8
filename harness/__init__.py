"""A bench on which recurrent cells are compared fairly.

>>> from gatelab import Layer, Network, Study, Result, certify, variants, tasks
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .certification import certify
    from .foundation.errors import GatelabError
    from .networks.generating import generate
    from .networks.layer import Layer
    from .networks.network import Network
    from .reporting.result import Result
    from .running.study import Study

# Each name is imported at first use: who wants a layer does not wait for MLflow, and
# ``gatelab --help`` not for Numba.
_HOMES = {
    "GatelabError": ".foundation.errors",
    "Layer": ".networks.layer",
    "Network": ".networks.network",
    "Result": ".reporting.result",
    "Study": ".running.study",
    "certify": ".certification",
    "generate": ".networks.generating",
}

__all__ = ["GatelabError", "Layer", "Network", "Result", "Study", "certify", "generate"]


def __getattr__(name):
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name], __name__), name)
    if name in ("tasks", "variants"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*__all__, "tasks", "variants"]
