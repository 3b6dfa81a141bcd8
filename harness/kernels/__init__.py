"""A program as code that runs: array code (NumPy), and a loop over time that Numba compiles.

How a step gets there, room by room; each reads only what stands above it:

layout/      what is computed when, and where it lies in memory
  schedule     which pointwise statements run between which products, forwards and backwards
  places       rows of arrays, and how generated code writes them
  stacks       the operands of a product above each other, [x; 1; h; ...]
  storage      a place for every value that outlives its segment
  packing      parameters and states into these arrays, gradients back out
  arena        memory that is used again
primitives/  what a compiled loop calls: products, functions of one number and of all units, masks
text/        what is generated
  names        each identifier of a function is handed out once
  array_code   a step and its gradient, as a person would have written them for NumPy
  segment      one pointwise function of the loop
  forward_loop, backward_loop    segments and products in turn, and what ends a ragged step
  loop_code    the module that holds them
caching/     compiled code on disk, checked before it is used
backends/    what runs it: array_backend calls the array code step by step, loop_backend packs,
             calls the compiled loop and unpacks

Both renderings come from one ``calculus.program.Program``, so they cannot disagree on the
equations; that they agree in numbers is what ``certify`` and the tests look at.
"""

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
