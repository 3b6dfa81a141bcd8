"""The kind of processor: results are reproducible to the bit on one kind only."""

import os
import sys
from functools import cache

import numpy as np

#: {LLVM's feature: its name here}, widest vectors first.
VECTORS = {"avx512f": "avx512", "avx2": "avx2", "avx": "avx", "sve": "sve", "neon": "neon"}


@cache
def processor() -> str:
    """The kind of processor that kernels are compiled for, such as "znver4, avx512"."""
    name, features = _target()
    wide = [word for feature, word in VECTORS.items() if feature in features]
    return ", ".join([name, *wide[:1]])


@cache
def features() -> tuple[str, ...]:
    """All features that a compiled kernel may depend on: LLVM's, and those that NumPy found."""
    found = np._core._multiarray_umath.__cpu_features__  # pyright: ignore[reportAttributeAccessIssue]
    return (*sorted(_target()[1]), "|", *sorted(name for name, there in found.items() if there))


def _target():
    """LLVM's name of the processor and its features, or those that Numba is told to assume."""
    from llvmlite import binding

    named, held = _told() if _is_told() else (None, None)
    if held is not None:
        found = {word[1:] for word in held.split(",") if word.startswith("+")}
    else:
        found = {name for name, there in binding.get_host_cpu_features().items() if there}
    return named or binding.get_host_cpu_name(), found


def _is_told():
    """Whether Numba may have been told: by environment variables, by a file, or by its own module.

    If not, Numba is not loaded, which would take a third of a second.
    """
    known = "NUMBA_CPU_NAME" in os.environ or "NUMBA_CPU_FEATURES" in os.environ
    return known or "numba" in sys.modules or os.path.exists(".numba_config.yaml")


def _told():
    from numba.core import config

    return (getattr(config, name, None) for name in ("CPU_NAME", "CPU_FEATURES"))
