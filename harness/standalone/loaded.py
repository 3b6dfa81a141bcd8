"""A trained network in another framework, with its weights: the written file, run and filled."""

import linecache
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from ..errors import LayerError
from ..foundation.optional import optional
from .naming import class_name
from .writing import network_source

#: Per framework, what to do where it cannot be imported.
ADVICE = {
    "torch": "pip install 'gatelab[torch]'",
    "jax": "pip install 'gatelab[jax]'",
    "keras": "pip install 'gatelab[keras]', and set KERAS_BACKEND=jax before Keras is imported",
}


class InJax(NamedTuple):
    """A network in JAX: a pure function, and its first argument.

    Attributes:
        predict: called as ``predict(params, x, lengths)``.
        params: {name in gatelab: array}.
        module: the written module, with ``step`` and ``layer`` and, if Flax is installed, classes.
    """

    predict: Callable
    params: dict
    module: ModuleType

    def __call__(self, x, lengths=None):
        """Values or logits for x (N, T, D); ``lengths`` (N,) as in ``Network.predict``."""
        return self.predict(self.params, x, lengths)


def in_torch(network):
    """A network as a ``torch.nn.Module``; see ``Network.to_torch``."""
    torch = _needed("torch")
    made = _class(network, "torch")().to(getattr(torch, network.layer.dtype.name))
    return made.load(network.params)


def in_jax(network):
    """A network as a function of its parameters; see ``Network.to_jax``."""
    jax = _needed("jax")
    module = _module(network, "jax")
    # Copies: on a CPU, JAX may share memory with the array that it is given.
    params = {name: jax.numpy.array(value) for name, value in network.params.items()}
    return InJax(module.predict, params, module)


def in_keras(network):
    """A network as a ``keras.Model``; see ``Network.to_keras``."""
    _needed("keras")
    return _class(network, "keras")(dtype=network.layer.dtype.name).load(network.params)


def _class(network, framework):
    return getattr(_module(network, framework), f"{class_name(network.layer.variant)}Network")


def _module(network, framework) -> Any:
    """The written file of a network as a module; tools that read its source find the text."""
    text = network_source(network, framework)
    name = f"{class_name(network.layer.variant)} in {framework}"
    file = f"<{name}, {abs(hash(text)):x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = ModuleType(name)
    exec(compile(text, file, "exec"), module.__dict__)
    return module


def _needed(framework):
    return optional(framework, ADVICE[framework], LayerError)
