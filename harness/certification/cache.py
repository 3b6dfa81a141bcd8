"""Certificates are kept beside the compiled kernels that they vouch for.

One per cell, until anything changes: its equations, the engine, the processor, or the very files
that were compiled when it was made.
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
    """Hash of all that stands between a step and its numbers, these checks included."""
    parts = [HARNESS / name for name in ("calculus", "kernels", "certification", "networks")]
    files = [f for part in (*parts, LANGUAGE) for f in sorted(part.rglob("*.py"))]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def key(variant):
    """What a certificate is good for: equations, settings, engine, versions, processor."""
    known = {
        "equations": derive(variant).identity,
        "settings": {n: repr(getattr(variant, n)) for n in hyperparameters(type(variant))},
        "start": {n: repr(value) for n, value in initial_values(variant).items()},
        "engine": engine(),
        "kernels": fingerprint(),
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:20]


def find(variant):
    """The certificate of a cell that passed before, or None.

    A backward of one's own may call anything: such a cell is certified every time.
    """
    if own_backward(variant):
        return None
    try:
        found = json.loads(sealed.read(path(variant)) or "")
        if found["kernels"] != {name: sealed.seal_of(home() / name) for name in found["kernels"]}:
            return None
        certificate = Certificate(**found["certificate"])
    except (OSError, ValueError, TypeError, KeyError):  # none, or of another form: made again
        return None
    # Two cells of the same equations may differ in what has no effect.
    program = derive(variant)
    return replace(certificate, variant=program.title, warnings=[*program.warnings])


def keep(variant, certificate):
    """Store it, whole or not at all; a folder that cannot be written keeps nothing."""
    content = {"certificate": asdict(certificate), "kernels": _kernels(derive(variant))}
    sealed.write(path(variant), json.dumps(content, indent=1).encode())


def _kernels(program):
    """{file: its hash} of all that is compiled of a cell."""
    texts = [loop_source(program, dtype).text for dtype in ("float32", "float64")]
    return {file.name: sealed.seal_of(file) for text in texts for file in compiled.files(text)}


def path(variant):
    """Its file, there or not."""
    return home() / "certificates" / f"{key(variant)}.json"
