"""Initial values of a layer's parameters and states, and its hyperparameters, in words."""

from gatelab.variants.language.parameters import kind
from gatelab.variants.language.variant import hyperparameters


def parameters(layer):
    """[(names, shape, start)]: a row for parameters of one shape that start alike."""
    kinds = {}
    for name in layer.shapes:
        kinds.setdefault((kind(name), _parameter(layer, name)), []).append(name)
    return [(names, each.shown, start) for (each, start), names in kinds.items()]


def _parameter(layer, name):
    """The initial value of a parameter, and whether a study changes it."""
    value = layer.fixed.get(name, "uniform" if kind(name).is_matrix else 0.0)
    sign = layer.variant.forget.get(name)
    if sign is None:
        return _value(value)
    factor = "" if sign == 1 else "minus " if sign == -1 else f"{sign:g} times "
    return f"{_value(value)}, or at {factor}a study's forget_bias"


def _value(value):
    """A number, a range, or the name of an initialisation."""
    if isinstance(value, tuple):
        return f"starts uniform in {value[0]:g}..{value[1]:g}"
    if isinstance(value, str):
        return f"starts {'uniform in +-1/sqrt(H)' if value == 'uniform' else value}"
    return f"starts at {value:g}"


def states(layer):
    """[(name, start)]; the first is the output."""
    starts = {name: f"starts at {layer.fixed.get(name, 0.0):g}" for name in layer.states}
    starts[layer.states[0]] += ", is the output"
    return [*starts.items()]


def options(cls):
    """[(name, default, description)] of a class's hyperparameters."""
    rows = []
    for name, default in hyperparameters(cls).items():
        kind = "set at run time" if isinstance(default, float) else "structure: compiled anew"
        ranges = f", searched in {cls.search[name]}" if name in cls.search else ""
        rows.append((name, default, kind + ranges))
    return rows
