"""How matrix products are computed: which kernels, and by one thread.

Imported before anything of scipy: OpenBLAS reads these variables when it is loaded. scipy's
wheels pick Haswell kernels on some processors with AVX-512, where the SkylakeX ones are
1.6-1.95x faster.
"""

import logging
import os
import sys

import numpy as np

log = logging.getLogger("gatelab")
KERNELS = "OPENBLAS_CORETYPE"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def _has_avx512():
    return bool(np._core._multiarray_umath.__cpu_features__.get("AVX512_SKX"))


def environment():
    """Variables that a worker process should start with; what the user has set is respected."""
    wanted = dict.fromkeys(THREADS, "1")
    if _has_avx512():
        wanted[KERNELS] = "SkylakeX"
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


def configure():
    """Choose this process's kernels, while there is time; warn once if there is none."""
    if KERNELS in os.environ or not _has_avx512():
        return
    if "scipy.linalg" in sys.modules:
        log.warning(
            "scipy was imported before gatelab: its slower BLAS kernels stay in this process; "
            "import harness first or set %s=SkylakeX", KERNELS
        )  # fmt: skip
        return
    os.environ[KERNELS] = "SkylakeX"
    log.info("AVX-512 found: %s=SkylakeX", KERNELS)
