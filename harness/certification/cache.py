"""Certificates are kept beside the compiled kernels: one per cell, until anything changes."""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from gatelab.variants import language
from gatelab.variants.language.variant import hyperparameters, initial_values, own_backward

from ..calculus.program import derive
from ..kernels.backends.compiled import folder
from .certificate import Certificate

HARNESS, LANGUAGE = Path(__file__).parents[1], Path(language.__file__).parent


def versions():
    """Of the packages that compute."""
    return {name: version(name) for name in ("numpy", "numba")}


@cache
def engine():
    """Hash of all that stands between a step and its numbers, these checks included."""
    parts = [HARNESS / name for name in ("calculus", "kernels", "certification")]
    files = [f for part in parts for f in sorted(part.rglob("*.py"))]
    files += [HARNESS / "networks" / "layer.py", *sorted(LANGUAGE.rglob("*.py"))]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def key(variant):
    """What a certificate is good for: equations, settings, engine, versions."""
    known = {
        "equations": derive(variant).identity,
        "settings": {n: repr(getattr(variant, n)) for n in hyperparameters(type(variant))},
        "start": {n: repr(value) for n, value in initial_values(variant).items()},
        "engine": engine(),
        **versions(),
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:20]


def find(variant):
    """The certificate of a cell that passed before, or None.

    A backward of one's own may call anything: such a cell is certified every time.
    """
    if own_backward(variant):
        return None
    try:
        found = Certificate(**json.loads(path(variant).read_text()))
    except (OSError, ValueError, TypeError):  # none, or torn: it is made again
        return None
    return replace(found, variant=derive(variant).title)


def keep(variant, certificate):
    """Store it, whole or not at all; a folder that cannot be written keeps nothing."""
    kept = path(variant)
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=kept.parent, delete=False) as file:
            json.dump(asdict(certificate), file, indent=1)
        os.replace(file.name, kept)


def path(variant):
    """Its file, there or not."""
    return folder() / "certificates" / f"{key(variant)}.json"
