"""BLAS in a study: one thread in each worker, and which kernels it chose, for the bench to tell.

The compiled loop multiplies float32 matrices by itself (kernels/tiled.py); float64, the readout
and what fills no block go through BLAS.
"""

from pathlib import Path

KERNELS = "OPENBLAS_CORETYPE"  # overrules OpenBLAS's own choice
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def environment():
    """Variables that a worker process starts with: one thread, as there are several workers."""
    return dict.fromkeys(THREADS, "1")


def kernels():
    """{"numpy" or "scipy": kernels} of the OpenBLAS libraries that are loaded; Numba uses scipy's.

    >>> kernels()  # doctest: +SKIP
    {'numpy': 'SkylakeX', 'scipy': 'SkylakeX'}
    """
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library.get("architecture")]
    return {_owner(library["filepath"]): library["architecture"] for library in found}


def _owner(path):
    """numpy of .../numpy.libs/libscipy_openblas64_-32a4b2a6.so; else the file's name."""
    folder = Path(path).parent.name
    return folder.removesuffix(".libs") if folder.endswith(".libs") else Path(path).name
