"""The formats of saved networks, NumPy's .npz and safetensors: a text, and arrays by name."""

import numpy as np

from ..errors import LayerError
from ..foundation.errors import unknown
from ..foundation.optional import optional

ADVICE = "pip install 'gatelab[safetensors]'"


def write(path, text, arrays, format):
    """Write one file at exactly this path.

    Raises:
        LayerError: an unknown format; the package of the format is missing.
    """
    if format not in WRITERS:
        raise unknown("format", format, WRITERS, LayerError)
    WRITERS[format](path, text, arrays)


def read(path):
    """(text, arrays) of a file in either format; any error for other files."""
    with open(path, "rb") as file:
        start = file.read(9)
    return _read_safetensors(path) if start[8:] == b"{" else _read_npz(path)


def _write_npz(path, text, arrays):
    # An open file, not a name: to a name NumPy would add a suffix.
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(text), **arrays)


def _read_npz(path):
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:
        arrays = {name: entries[name] for name in entries.files}
    return str(arrays.pop("about")), arrays


def _write_safetensors(path, text, arrays):
    package = optional("safetensors.numpy", ADVICE, LayerError)
    data = package.save(arrays, {"about": text})
    with open(path, "wb") as file:
        file.write(data)


def _read_safetensors(path):
    refusal = lambda message: LayerError(f"{path} is a safetensors file: {message}")
    with optional("safetensors", ADVICE, refusal).safe_open(path, "np") as file:
        return file.metadata()["about"], {name: file.get_tensor(name) for name in file.keys()}


WRITERS = {"npz": _write_npz, "safetensors": _write_safetensors}
