"""Derived statements rendered as array code (NumPy) and as a compiled loop (Numba)."""

from ..errors import LayerError


def backend_named(name):
    """The backend class "numba" or "numpy"; imported at first use, compiling costs time."""
    if name == "numpy":
        from .backends.array_backend import ArrayBackend

        return ArrayBackend
    if name == "numba":
        from .backends.loop_backend import LoopBackend

        return LoopBackend
    raise LayerError(f"unknown backend {name!r}; known: numba, numpy")
