"""Networks as files without pickle. Whatever does not fit on loading is refused."""

import json
from contextlib import contextmanager
from dataclasses import asdict, fields

from .. import variants
from ..calculus.program import derive
from ..errors import LayerError
from ..foundation.errors import GatelabError, first_line
from . import formats
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


def write(path, about, arrays, format="npz"):
    """Write one file with the description and the arrays, at exactly this path."""
    formats.write(path, json.dumps(about), arrays, format)


@contextmanager
def refusing(path):
    """Context in which whatever goes wrong means that the file is not a saved network.

    The file may hold anything, under any of the names: what its values break is not foreseen.

    Raises:
        LayerError: in place of any error that is not gatelab's own.
    """
    try:
        yield
    except LayerError as error:
        known = str(error).startswith(str(path))
        raise error if known else LayerError(f"{path} is not a saved network: {error}") from None
    except GatelabError:
        raise
    except Exception as error:
        reason = first_line(error) or type(error).__name__
        raise LayerError(f"{path} is not a saved network: {reason}") from error


def read(path):
    """(description, arrays) of a file; LayerError if ``write`` did not write it."""
    with refusing(path):
        text, arrays = formats.read(path)
        about = json.loads(text)
        if not isinstance(about, dict) or (missing := REQUIRED - about.keys()):
            raise LayerError(f"no {min(missing)}" if isinstance(about, dict) else "no description")
        weights = sum(array.size for array in arrays.values())
        sizes = {n: v for n, v in about.items() if isinstance(v, int) and not 0 <= v <= weights}
        if sizes:  # each counts what has weights; too large a network is not built to find that out
            raise LayerError(f"{min(sizes)} is {sizes[min(sizes)]}, with {weights} weights")
        if other := [name for name, array in arrays.items() if array.dtype.kind != "f"]:
            raise LayerError(f"{min(other)} holds no numbers with a decimal point")
    return about, arrays


def variant_of(path, about):
    """The cell of a saved network, from the registry; VariantError if it is not there."""
    try:
        return variants.get(about["variant"])(**about["hyperparameters"])
    except variants.VariantError as error:
        raise variants.VariantError(
            f"{path}: import the file that defines its cell: {error}"
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
