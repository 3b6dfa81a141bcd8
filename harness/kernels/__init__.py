"""A program as code that runs: array code (NumPy), and a loop over time that Numba compiles.

The folders and their modules:

layout/      the order of computation, and the layout of memory
  schedule     the pointwise statements between the matrix products, forwards and backwards
  places       rows of arrays, and their text in generated code
  stacks       the operands of a product stacked in one array, [x; 1; h; ...]
  storage      a place for every value that is used after its segment
  packing      copies parameters and states into these arrays, and gradients out of them
  arena        reused memory
primitives/  functions that compiled loops call: products, elementwise functions, reductions, masks
text/        generated source code
  names        unique identifiers within a function
  array_code   a step and its gradient as readable NumPy code
  segment      one pointwise function of the loop
  forward_loop, backward_loop    segments and products in turn, then the masks of ragged batches
  loop_code    the module that contains both loops
caching/     compiled code on disk, checked before it is used
backends/    execution: array_backend calls the array code step by step, loop_backend packs,
             calls the compiled loop and unpacks

Both renderings come from one ``calculus.program.Program``, so they cannot disagree on the
equations. ``certify`` and the tests check that their numbers agree.
"""

from ..errors import LayerError


def backend_named(name):
    """The backend class "numba" or "numpy", imported at first use because compiling takes time."""
    if name == "numpy":
        from .backends.array_backend import ArrayBackend

        return ArrayBackend
    if name == "numba":
        from .backends.loop_backend import LoopBackend

        return LoopBackend
    raise LayerError(f"unknown backend {name!r}; known: numba, numpy")
