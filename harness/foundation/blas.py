"""BLAS in a study: one thread per worker, and the kernels it chose, for the bench to report.

The compiled loop multiplies float32 matrices itself (kernels/tiled.py). float64, the readout and
matrices smaller than a block go through BLAS.
"""

from pathlib import Path

KERNELS = "OPENBLAS_CORETYPE"  # overrules OpenBLAS's own choice
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def environment():
    """Environment variables of a worker process: one thread, as there are several workers."""
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
