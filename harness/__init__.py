"""The bench: layers, networks, training, search, tracking, studies."""

import importlib

from . import blas

blas.configure()  # before anything of scipy is imported

from .layer import Layer  # noqa: E402
from .network import Network  # noqa: E402

__all__ = ["Layer", "Network", "Result", "Study", "certify"]


def __getattr__(name):
    """Studies are imported at first use: workers and scripts that only want a layer never pay."""
    if name == "certify":
        return importlib.import_module(".certification", __name__).certify
    if name in ("Study", "Result"):
        return getattr(importlib.import_module(".study", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
