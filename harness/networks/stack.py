"""Levels of recurrent layers, one above the other, and the names of their parameters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import LayerError
from .dropout import Rates
from .initialisation import linear
from .layer import Layer, size
from .level import Level, Seen, gathered


@dataclass(frozen=True)
class Wiring:
    """How the layers of a network hang together.

    Attributes:
        layers: levels, each over the outputs of the one below.
        bidirectional: each level has a second layer, over the reversed sequences.
        residual: from the second level on, a level adds its input to its output.
        projection: size of a level's outputs after a linear map, None for no map.
        embedding: size of the inputs after a linear map, None for no map. Where they are one-hot
            symbols, its columns are their embeddings.
        layer_norm: normalise the pre-activations of every layer; see ``calculus.around``.

    Raises:
        LayerError: sizes below 1, switches that are not True or False.
    """

    layers: int = 1
    bidirectional: bool = False
    residual: bool = False
    projection: int | None = None
    layer_norm: bool = False
    embedding: int | None = None

    def __post_init__(self):
        size("layers", self.layers)
        for name in ("projection", "embedding"):
            if getattr(self, name) is not None:
                size(name, getattr(self, name))
        for name in ("bidirectional", "residual", "layer_norm"):
            if not isinstance(getattr(self, name), bool):
                raise LayerError(f"{name} is {getattr(self, name)!r}; give True or False")

    @property
    def directions(self):
        return 2 if self.bidirectional else 1


class Stack:
    """All recurrent layers of a network.

    Parameters of a single forward layer keep their names (W_i); in a deeper network they are
    "1.W_i", "2.W_i", those of a reversed layer "2.reversed.W_i", the projection "1.P", the
    embedding "E".

    Attributes:
        levels: the lowest first; outputs: number of values that are seen of the highest.
        inputs: D, before the embedding.
    """

    def __init__(self, variant, inputs, hidden, wiring=None, rates=None, dtype="float32",
                 backend="numba"):  # fmt: skip
        self.wiring, self.rates = wiring or Wiring(), rates or Rates()
        self.inputs = size("inputs", inputs)
        self.levels, width = [], self.wiring.embedding or inputs
        for k in range(self.wiring.layers):
            layers = [
                Layer(
                    variant, width, hidden, dtype, backend, self.rates.noise, self.wiring.layer_norm
                )
                for _ in range(self.wiring.directions)
            ]
            residual = self.wiring.residual and k > 0
            self.levels.append(Level(layers, self.rates, self.wiring.projection, residual))
            width = self.levels[-1].outputs
        self.outputs = width

    @cached_property
    def shapes(self):
        """{parameter: shape} of the embedding and all levels."""
        embedding = {"E": (self.wiring.embedding, self.inputs)} if self.wiring.embedding else {}
        return embedding | {
            self._prefix(k) + name: shape
            for k, level in enumerate(self.levels)
            for name, shape in level.shapes.items()
        }

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters by name; ``Layer.init`` tells what the arguments are."""
        params = {}
        for k, level in enumerate(self.levels):
            drawn = level.init(rng, scheme, longest, forget_bias)
            params |= {self._prefix(k) + name: value for name, value in drawn.items()}
        if self.wiring.embedding:  # drawn last: the levels' parameters do not depend on it
            params["E"] = linear(self.shapes["E"], rng)
        return params

    def forward(self, params, x, lengths, whole, draws=None, state=None):
        """What the readout sees, the tape, and the states after the last step.

        Args:
            x: (T, D, B). lengths: (B,) valid steps, or None.
            whole: True for every step (T, F, B), False for the ends (F, B): the final state of
                the forward direction, then that of the reversed one.
            draws: of what is dropped, ``draws.Draws``; None to predict.
            state: what an earlier call gave, to go on from there; None for the initial states.

        Raises:
            LayerError: a state, and a reversed layer, which would have to begin at the end.
        """
        if state is not None and self.wiring.bidirectional:
            raise LayerError("a bidirectional network reads whole sequences; it carries no state")
        if self.wiring.embedding:
            x = _alive(x, lengths)
        seen, passes, after = Seen(self._embedded(params, x)), [], []
        for k, level in enumerate(self.levels):
            before = None if state is None else state[k]
            own = draws and draws.within(f"{k + 1}.")
            seen, passed = level.forward(
                self.own(k, params), seen, lengths, self.wanted(k, whole), own, before
            )
            passes.append(passed)
            after.append(passed.after)
        return (seen.steps if whole else seen.ends), (passes, lengths, x), tuple(after)

    def _embedded(self, params, x):
        return np.matmul(params["E"], x) if self.wiring.embedding else x

    def wanted(self, k, whole):
        """(steps, ends) of a level: a sum at the ends needs those of the level below."""
        highest = k == len(self.levels) - 1
        return whole or not highest, not whole and (highest or self.wiring.residual)

    def backward(self, params, tape, bar, whole):
        """Gradients by name, from the one with respect to what the readout saw."""
        passes, lengths, x = tape
        bar, grads = Seen(bar) if whole else Seen(None, bar), {}
        for k in reversed(range(len(self.levels))):
            asked = k > 0 or self.wiring.embedding is not None
            own, bar = self.levels[k].backward(
                self.own(k, params), passes[k], bar, lengths, inputs=asked
            )
            grads |= {self._prefix(k) + name: value for name, value in own.items()}
        return grads | ({"E": gathered(bar.steps, x)} if self.wiring.embedding else {})

    def _prefix(self, k):
        return f"{k + 1}." if len(self.levels) > 1 or self.wiring.bidirectional else ""

    def own(self, k, params):
        """A level's parameters under its own names."""
        return {name: params[self._prefix(k) + name] for name in self.levels[k].shapes}


def _alive(x, lengths):
    """x with zeros past each sequence's end, where NaN may stand."""
    if lengths is None:
        return x
    return np.where(np.arange(len(x))[:, None, None] < lengths, x, 0)
