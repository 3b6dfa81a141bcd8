"""What an object of Optuna's is made of: the samplers and random generators that it holds.

Optuna sets a sampler's generators from the operating system, ``reseed_rng``, or from a seed that is
given at its making. A search sets them itself, for each slot, so that draws depend on the study's
seed and on the trials, and on nothing that happened in this process.
"""

import random
from types import FunctionType, ModuleType

import numpy as np
from optuna.samplers import QMCSampler

from ..trials.space import keyed

OPAQUE = (type, FunctionType, ModuleType, np.ndarray, str, bytes)


def parts(thing, seen=None):
    """An object and all that it holds, each once, in the order of its attributes."""
    seen = {} if seen is None else seen
    if id(thing) in seen or isinstance(thing, OPAQUE):
        return
    seen[id(thing)] = thing  # kept, so that no other object gets its id
    yield thing
    for each in _held(thing):
        yield from parts(each, seen)


def reseed(thing, seed, slot):
    """Set every random generator within an object, as a function of (seed, slot).

    A quasi-random sequence is one for the whole study, so its seed does not depend on the slot.
    """
    for number, each in enumerate(parts(thing)):
        words = keyed(seed, slot, f"sampler {number}").generate_state(2)
        if isinstance(each, np.random.RandomState):
            each.seed(words)
        elif isinstance(each, np.random.Generator):
            each.bit_generator.state = type(each.bit_generator)(words).state
        elif isinstance(each, random.Random):
            each.seed(int(words[0]))
        elif isinstance(each, QMCSampler):
            each._seed = first_seed(seed)


def first_seed(seed):
    """The whole number that a study gives to whoever wants one seed for all its slots."""
    return int(keyed(seed, 0, "sampler").generate_state(1)[0])


def _held(thing):
    if isinstance(thing, dict):
        return [*thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return [*thing]
    if isinstance(getattr(type(thing), "rng", None), property):
        thing.rng  # noqa: B018  Optuna makes a generator when it is first asked for
    return [*vars(thing).values()] if hasattr(thing, "__dict__") else []
