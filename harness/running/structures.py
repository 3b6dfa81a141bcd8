"""The structures that a study can draw, that is, choices that change the equations or shapes."""

from itertools import product

from gatelab.variants.language.variant import hyperparameters

from ..trials.settings import SHAPES

MOST = 64  # combinations; beyond that, choices are varied one at a time
RANGE = 8  # integer ranges narrower than this are enumerated; of wider ones, both ends


def of_cell(variant, space, fixed):
    """Hyperparameters of every structure of a cell that can be drawn.

    Args:
        variant: class of the cell.
        space: {name: entry} of what is searched.
        fixed: {name: value} of what is given.

    Returns:
        list of {own hyperparameter: value}.
    """
    own = hyperparameters(variant)
    given = {name: value for name, value in fixed.items() if name in own}
    searched = [n for n in space if n in own and not isinstance(own[n], float)]
    return [given | choice for choice in combinations(searched, space)]


def of_network(space):
    """List of {setting: value}, over the searched settings that shape a network."""
    return combinations([name for name in SHAPES if name in space], space)


def combinations(names, space):
    """List of {name: value}: the empty choice, then every combination (see ``MOST``)."""
    choices = [_choices(space[name]) for name in names]
    number = 1
    for values in choices:
        number *= len(values)
    if number <= MOST:
        every = [dict(zip(names, values, strict=True)) for values in product(*choices)]
    else:
        every = [{name: value} for name, some in zip(names, choices, strict=True) for value in some]
    return every if {} in every else [{}, *every]


def _choices(entry):
    if isinstance(entry, list):
        return entry
    low, high = entry[:2]
    return list(range(low, high + 1)) if high - low < RANGE else [low, high]
