"""How matrix products are computed: by which kernels, and by one thread in each worker.

OpenBLAS chooses the kernels when it is loaded, by the processor and well; but the variable
``OPENBLAS_CORETYPE`` overrules it, and an old value left in an environment costs up to half the
speed. It is respected, and said. Imported before anything of scipy.
"""

import logging
import multiprocessing
import os
from pathlib import Path

import numpy as np

log = logging.getLogger("gatelab")
KERNELS = "OPENBLAS_CORETYPE"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
WITH_AVX512 = ("skylakex", "cooperlake", "sapphirerapids")


def environment():
    """Variables that a worker process starts with: one thread, as there are several workers."""
    return dict.fromkeys(THREADS, "1")


def configure():
    """Say, once for all processes, if the environment holds this processor down."""
    chosen = os.environ.get(KERNELS)
    if chosen and chosen.lower() not in WITH_AVX512 and has_avx512():
        parent = multiprocessing.current_process().name == "MainProcess"
        log.log(
            logging.WARNING if parent else logging.DEBUG,
            "%s=%s keeps matrix products from AVX-512, which this processor has: unset it for up "
            "to 1.9x the speed", KERNELS, chosen,
        )  # fmt: skip


def kernels():
    """{"numpy" or "scipy": kernels} of the OpenBLAS libraries that are loaded; Numba uses scipy's.

    >>> kernels()  # doctest: +SKIP
    {'numpy': 'SkylakeX', 'scipy': 'SkylakeX'}
    """
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library.get("architecture")]
    return {_owner(library["filepath"]): library["architecture"] for library in found}


def has_avx512():
    """Whether NumPy sees AVX-512 as the faster kernels want it."""
    features = np._core._multiarray_umath.__cpu_features__
    return bool(features.get("AVX512_SKX") or features.get("X86_V4"))


def _owner(path):
    """numpy of .../numpy.libs/libscipy_openblas64_-32a4b2a6.so; else the file's name."""
    folder = Path(path).parent.name
    return folder.removesuffix(".libs") if folder.endswith(".libs") else Path(path).name
