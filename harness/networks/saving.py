"""Networks as files: .npz without pickle, refused if anything in them does not fit."""

import json
from dataclasses import asdict
from zipfile import BadZipFile

import numpy as np

from .. import variants
from ..calculus.program import derive
from ..errors import LayerError
from ..foundation.errors import first_line

ABOUT = {
    "variant", "hyperparameters", "equations", "start",
    "inputs", "hidden", "outputs", "kind", "dtype",
}  # fmt: skip
#: What changes predictions, with the values of files from before there was a choice.
OPTIONS = {
    "layers": 1, "bidirectional": False, "residual": False, "projection": None,
    "layer_norm": False, "embedding": None, "zoneout": 0.0,
}  # fmt: skip


def describe(network):
    """What, besides the weights, makes a network: a dict that JSON can hold."""
    variant, layer = network.layer.variant, network.layer
    wiring = asdict(network.stack.wiring)
    return {
        "variant": variant.name or type(variant).__name__,
        "hyperparameters": {
            name: getattr(variant, name) for name in variants.hyperparameters(type(variant))
        },
        "equations": derive(variant, (), layer.layer_norm).identity,
        "start": {s: layer.fixed.get(s, 0.0) for s in layer.states},
        "inputs": network.inputs,
        "hidden": layer.hidden,
        "outputs": network.outputs,
        "kind": network.kind,
        "dtype": layer.dtype.name,
        **wiring,
        "zoneout": network.rates.zoneout,
    }


def options(about):
    """Arguments of a network that older files do not know."""
    return {name: about.get(name, usual) for name, usual in OPTIONS.items()}


def write(path, about, arrays):
    """One file, at exactly this path: given a name, NumPy would add a suffix."""
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)


def read(path):
    """(about, arrays) of a file; LayerError if it is not what ``write`` wrote."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:
            arrays = {name: entries[name] for name in entries.files}
        about = json.loads(str(arrays.pop("about")))
        if missing := ABOUT - about.keys():
            raise KeyError(f"no {min(missing)}")
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise LayerError(f"{path} is not a saved network: {first_line(error)}") from error
    return about, arrays


def variant_of(path, about):
    """The cell of a saved network, from the registry."""
    try:
        return variants.get(about["variant"])(**about["hyperparameters"])
    except variants.VariantError as error:
        raise variants.VariantError(
            f"{path}: {error}; import the file that defines the cell"
        ) from None


def check(path, about, arrays, network):
    """Refuse other equations, and arrays that do not fit."""
    today = describe(network)
    if any(today[what] != about[what] for what in ("equations", "start")):
        raise LayerError(
            f"{path} was trained with other equations than today's {about['variant']!r}; "
            "import the file that defines that cell"
        )
    found = {name: array.shape for name, array in arrays.items()}
    if odd := [n for n in found | network.shapes if found.get(n) != network.shapes.get(n)]:
        raise LayerError(f"{path} is not a saved network: {min(odd)} is missing or does not fit")
