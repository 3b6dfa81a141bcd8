"""A cache of certificates, stored beside the compiled kernels that were certified.

There is one certificate per cell. It is valid until something changes: the cell's equations, the
engine, the processor, or the compiled files themselves.
"""

import hashlib
import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from gatelab.variants import language
from gatelab.variants.language.variant import hyperparameters, initial_values, own_backward

from ..calculus.program import derive
from ..kernels.backends import compiled
from ..kernels.caching import sealed
from ..kernels.caching.generation import fingerprint, home
from ..kernels.text.loop_code import loop_source
from .certificate import Certificate

HARNESS, LANGUAGE = Path(__file__).parents[1], Path(str(language.__file__)).parent


@cache
def engine():
    """Hash of all source code that the numbers of a cell depend on, including these checks."""
    parts = [HARNESS / name for name in ("calculus", "kernels", "certification", "networks")]
    files = [f for part in (*parts, LANGUAGE) for f in sorted(part.rglob("*.py"))]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def key(variant):
    """Hash of what a certificate depends on: equations, settings, engine, versions, processor."""
    known = {
        "equations": derive(variant).identity,
        "settings": {n: repr(getattr(variant, n)) for n in hyperparameters(type(variant))},
        "start": {n: repr(value) for n, value in initial_values(variant).items()},
        "engine": engine(),
        "kernels": fingerprint(),
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:20]


def find(variant):
    """The stored certificate of a cell, or None if there is no valid one.

    A cell with its own backward is certified every time, because that function may call code
    outside the hash.
    """
    if own_backward(variant):
        return None
    try:
        found = json.loads(sealed.read(path(variant)) or "")
        if found["kernels"] != {name: sealed.seal_of(home() / name) for name in found["kernels"]}:
            return None
        certificate = Certificate(**found["certificate"])
    except (OSError, ValueError, TypeError, KeyError):  # missing, or in another format
        return None
    # Cells with the same equations may differ in their names and in statements without effect.
    program = derive(variant)
    return replace(certificate, variant=program.title, warnings=[*program.warnings])


def keep(variant, certificate):
    """Store a certificate atomically; do nothing if the folder is not writable."""
    content = {"certificate": asdict(certificate), "kernels": _kernels(derive(variant))}
    sealed.write(path(variant), json.dumps(content, indent=1).encode())


def _kernels(program):
    """{file name: hash} of all compiled files of a cell."""
    texts = [loop_source(program, dtype).text for dtype in ("float32", "float64")]
    return {file.name: sealed.seal_of(file) for text in texts for file in compiled.files(text)}


def path(variant):
    """The file for a cell's certificate, which need not exist."""
    return home() / "certificates" / f"{key(variant)}.json"
