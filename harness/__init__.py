"""The bench: layers, networks, training, search, tracking, studies."""

from . import blas

blas.configure()  # before scipy is imported anywhere below

from .layer import Layer  # noqa: E402

__all__ = ["Layer"]
