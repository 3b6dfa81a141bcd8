"""The structures that a study can draw: everything but numbers that change no statement."""

from itertools import product

from gatelab.variants.language.variant import hyperparameters

from ..trials.settings import SHAPES

MOST = 64  # combinations; of more, one choice at a time is looked at
RANGE = 8  # whole numbers of a range that are looked at one by one


def of_cell(variant, space, fixed):
    """[{own hyperparameter: value}]: what is given, with every combination that may be drawn."""
    own = hyperparameters(variant)
    given = {name: value for name, value in fixed.items() if name in own}
    searched = [n for n in space if n in own and not isinstance(own[n], float)]
    return [given | choice for choice in combinations(searched, space)]


def of_network(space):
    """[{setting: value}] of the settings that a search varies and that shape a network."""
    return combinations([name for name in SHAPES if name in space], space)


def combinations(names, space):
    """[{name: value}]: nothing chosen, then every combination (see ``MOST``)."""
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
