"""The cells and the problems on which our code and other people's are compared."""

import importlib

from gatelab import variants
from helpers import layers
from helpers.drawing import rng
from helpers.layers import LENGTHS, D, layer_of

#: Away from the defaults, where a hyperparameter may be 1, or so small that nothing depends on it.
SETTINGS = {
    "janet": {"beta": 0.7},
    "antisymmetric": {"epsilon": 0.7, "gamma": 0.3},
    "gated_antisymmetric": {"epsilon": 0.7, "gamma": 0.3},
    "cornn": {"dt": 0.4, "gamma": 1.7, "epsilon": 0.6},
    "unicornn": {"dt": 0.6, "alpha": 2.5},
    "lem": {"dt": 0.6},
    "scrn": {"alpha": 0.7},
    "lipschitz": {"beta": 0.6, "gamma": 0.3, "epsilon": 0.4},
    "rhn": {"depth": 3},
}
ADAPTERS = ("torch_recurrent", "torch_recurrent_bent", "torch_recurrent_lstms")


def variant_of(name, **settings):
    """A cell with the settings above, or others."""
    return variants.get(name)(**SETTINGS.get(name, {}) | settings)


def case_of(variant):
    """A random case whose states are those after four random steps."""
    layer, case = layer_of(variant), layers.case_of(variant)
    _, state, _ = layer.forward(case.params, rng(12).standard_normal((4, len(LENGTHS), D)))
    return case._replace(state=state)


def adapters():
    """{our name: torchrecurrent's cell with our weights}; imports torch and torchrecurrent."""
    modules = (importlib.import_module(f"oracles.{name}") for name in ADAPTERS)
    return {name: make for module in modules for name, make in module.CELLS.items()}
