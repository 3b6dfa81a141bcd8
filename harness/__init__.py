"""The bench: layers, networks, training, search, tracking, studies."""

import importlib
from typing import TYPE_CHECKING

from .networks.layer import Layer
from .networks.network import Network

if TYPE_CHECKING:
    from .certification import certify
    from .generating import generate
    from .running.study import Result, Study

__all__ = ["Layer", "Network", "Result", "Study", "certify", "generate"]


def __getattr__(name):
    """Studies are imported at first use: workers and scripts that only want a layer never pay."""
    homes = {
        "Study": ".running.study",
        "Result": ".running.study",
        "certify": ".certification",
        "generate": ".generating",
    }
    if name in homes:
        return getattr(importlib.import_module(homes[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
