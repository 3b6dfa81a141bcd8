"""A generation of kernels: those compiled from the same sources with the same versions.

Each generation has its own folder and never uses files of another. Numba's own cache does not
notice changes of functions that are inlined into a kernel, or of the vector instructions that NumPy
detects.
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

LAYOUT = 2  # version of the file format
#: Folders whose functions are inlined into kernels.
SOURCES = (Path(__file__).parents[1] / "primitives", Path(str(language.__file__)).parent)
FORGOTTEN = 30 * 24 * 3600  # seconds without use before a generation is deleted


def versions():
    """{package: version} of the packages that the numbers depend on."""
    return {name: version(name) for name in ("numpy", "scipy", "numba", "llvmlite")}


@cache
def fingerprint():
    """Hash of everything that a compiled function depends on, except its own text."""
    known = [LAYOUT, sys.implementation.cache_tag, versions(), processor(), features()]
    texts = [file.read_bytes() for source in SOURCES for file in sorted(source.rglob("*.py"))]
    return hashlib.sha256(b"\n".join([repr(known).encode(), *texts])).hexdigest()


def home() -> Path:
    """The folder of this generation; folders that were not used for a month are deleted."""
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
