"""A generation of kernels: those that were compiled from the same sources, by the same versions.

Each lies in a folder of its own, so that nothing of one generation is ever used by another. What
Numba keeps by itself does not notice a change of the functions that are inlined into a kernel, nor
of the vectors that NumPy finds.
"""

import hashlib
import os
import shutil
import sys
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from gatelab.foundation.cache_folder import folder
from gatelab.foundation.processor import features, processor
from gatelab.variants import language

LAYOUT = 2  # of the files in the folder
#: Folders whose functions are inlined into kernels.
SOURCES = (Path(__file__).parents[1] / "primitives", Path(str(language.__file__)).parent)
FORGOTTEN = 30 * 24 * 3600  # seconds without use


def versions():
    """Of the packages that compute."""
    return {name: version(name) for name in ("numpy", "scipy", "numba", "llvmlite")}


@cache
def fingerprint():
    """Hash of all that a compiled function depends on, but for its own text."""
    known = [LAYOUT, sys.implementation.cache_tag, versions(), processor(), features()]
    texts = [file.read_bytes() for source in SOURCES for file in sorted(source.rglob("*.py"))]
    return hashlib.sha256(b"\n".join([repr(known).encode(), *texts])).hexdigest()


def home() -> Path:
    """The folder of this generation; those that nobody has used for a month are deleted."""
    return _opened(folder(), fingerprint()[:16])


@cache
def _opened(parent, name):
    found = parent / name
    with suppress(OSError):
        _forget(parent)
        found.mkdir(mode=0o700, exist_ok=True)
        os.utime(found)
    return found


def _forget(parent):
    for old in parent.iterdir():
        if time.time() - old.lstat().st_mtime > FORGOTTEN:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink()
