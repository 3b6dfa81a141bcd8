"""Compiling generated source once: files named by their hash, so that Numba's cache holds.

The hash covers the text, the helpers that are inlined into it (Numba's own cache does not see
them change) and Numba's version. Files are written whole or not at all.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path

from .freshness import fingerprint


def folder():
    """Where compiled kernels are kept: GATELAB_CACHE, else the user's cache folder."""
    named = os.environ.get("GATELAB_CACHE")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    wanted = base / ("kernels" if named else "gatelab/kernels")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:  # a read-only home: compile once per machine start instead
        fallback = Path(tempfile.gettempdir()) / f"gatelab-{os.getuid()}"
        fallback.mkdir(exist_ok=True)
        return fallback


def load(text):
    """The module of a generated source text, compiled lazily and cached on disk.

    Its name is its hash: cells with the same statements share what was compiled.
    """
    known = hashlib.sha256(f"{fingerprint()}\n{text}".encode()).hexdigest()
    name = f"cell_{known[:20]}"
    if name not in sys.modules:
        path = folder() / f"{name}.py"
        if not path.exists():
            _write(path, text)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


def _write(path, text):
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False) as file:
        file.write(text)
    os.replace(file.name, path)
