"""Networks as .npz files without pickle. Whatever does not fit on loading is refused."""

import json
from dataclasses import asdict, fields
from zipfile import BadZipFile

import numpy as np

from .. import variants
from ..calculus.program import derive
from ..errors import LayerError
from ..foundation.errors import first_line
from .stack import Wiring

#: Keys that the description of a network must have.
REQUIRED = {
    "variant", "hyperparameters", "equations", "start",
    "inputs", "hidden", "outputs", "kind", "dtype",
}  # fmt: skip
#: Options that change predictions, with the values to use for files that do not mention them.
DEFAULTS = {field.name: field.default for field in fields(Wiring)} | {"zoneout": 0.0}


def describe(network):
    """All that is needed to build the network again, but for the weights; ready for JSON."""
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
    """The arguments of ``Network`` in ``DEFAULTS``, which older files may lack."""
    return {name: about.get(name, default) for name, default in DEFAULTS.items()}


def write(path, about, arrays):
    """Write one file with the description and the arrays, at exactly this path."""
    # An open file, not a name: to a name NumPy would add a suffix.
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)


def read(path):
    """(description, arrays) of a file; LayerError if ``write`` did not write it."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:
            arrays = {name: entries[name] for name in entries.files}
        about = json.loads(str(arrays.pop("about")))
        if missing := REQUIRED - about.keys():
            raise KeyError(f"no {min(missing)}")
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise LayerError(f"{path} is not a saved network: {first_line(error)}") from error
    return about, arrays


def variant_of(path, about):
    """The cell of a saved network, from the registry; VariantError if it is not there."""
    try:
        return variants.get(about["variant"])(**about["hyperparameters"])
    except variants.VariantError as error:
        raise variants.VariantError(
            f"{path}: {error}; import the file that defines the cell"
        ) from None


def check(path, about, arrays, network):
    """Raise LayerError if the cell's equations have changed or an array has another shape."""
    current = describe(network)
    if any(current[key] != about[key] for key in ("equations", "start")):
        raise LayerError(
            f"{path} was trained with other equations than the current {about['variant']!r}; "
            "import the file that defines that cell"
        )
    found = {name: array.shape for name, array in arrays.items()}
    if wrong := [n for n in found | network.shapes if found.get(n) != network.shapes.get(n)]:
        raise LayerError(f"{path} is not a saved network: {min(wrong)} is missing or does not fit")
