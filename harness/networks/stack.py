"""Levels of recurrent layers, stacked on each other, and the names of their parameters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import LayerError
from .dropout import Rates, add_noise
from .initialisation import linear
from .layer import Layer, positive_integer
from .level import Level, LevelOutput, matrix_gradient


@dataclass(frozen=True)
class Wiring:
    """How the layers of a network are connected.

    Attributes:
        layers: number of levels; each reads the outputs of the level below.
        bidirectional: whether each level has a second layer, over the reversed sequences.
        residual: whether every level above the first adds its input to its output.
        projection: size of a level's outputs after a linear map; None for no map.
        embedding: size of the inputs after a linear map; None for no map. For one-hot inputs the
            columns of the map are the symbols' embeddings.
        layer_norm: whether the pre-activations of every layer are normalised; see
            ``calculus.around``.

    Raises:
        LayerError: a size below 1, a switch that is not True or False.
    """

    layers: int = 1
    bidirectional: bool = False
    residual: bool = False
    projection: int | None = None
    layer_norm: bool = False
    embedding: int | None = None

    def __post_init__(self):
        positive_integer("layers", self.layers)
        for name in ("projection", "embedding"):
            if getattr(self, name) is not None:
                positive_integer(name, getattr(self, name))
        for name in ("bidirectional", "residual", "layer_norm"):
            if not isinstance(getattr(self, name), bool):
                raise LayerError(f"{name} is {getattr(self, name)!r}; give True or False")

    @property
    def directions(self):
        return 2 if self.bidirectional else 1


class Stack:
    """All recurrent layers of a network.

    The parameters of a single forward layer keep their names (W_i). Otherwise the level's number
    comes first: "1.W_i", "2.W_i", "2.reversed.W_i" for a reversed layer, "1.P" for the projection.
    The embedding is "E".

    Attributes:
        levels: the levels, lowest first.
        inputs: D, number of inputs before the embedding.
        outputs: F, number of outputs of the highest level.
    """

    def __init__(self, variant, inputs, hidden, wiring=None, rates=None, dtype="float32",
                 backend="numba"):  # fmt: skip
        self.wiring, self.rates = wiring or Wiring(), rates or Rates()
        self.inputs = positive_integer("inputs", inputs)
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
        """{parameter: shape} of the embedding and of all levels."""
        embedding = {"E": (self.wiring.embedding, self.inputs)} if self.wiring.embedding else {}
        return embedding | {
            self._prefix(k) + name: shape
            for k, level in enumerate(self.levels)
            for name, shape in level.shapes.items()
        }

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters by name; the arguments are those of ``Layer.init``."""
        params = {}
        for k, level in enumerate(self.levels):
            drawn = level.init(rng, scheme, longest, forget_bias)
            params |= {self._prefix(k) + name: value for name, value in drawn.items()}
        if self.wiring.embedding:  # drawn last: the levels' parameters do not depend on it
            params["E"] = linear(self.shapes["E"], rng)
        return params

    def forward(self, params, x, lengths, per_step, draws=None, state=None):
        """Outputs of the highest level, which the readout reads.

        Args:
            params: {parameter: array}.
            x: (T, D, B).
            lengths: (B,) valid steps, or None.
            per_step: whether the readout reads every step, or only the ends.
            draws: random streams of the noise, ``draws.Draws``; None for a prediction.
            state: the states that an earlier call returned, to continue from them; None for the
                initial states.

        Returns:
            the outputs, (T, F, B) per step, or (F, B) at the ends: the forward direction's final
            output, then the reversed one's; the tape for ``backward``; the states after the last
            step.

        Raises:
            LayerError: a state given to a bidirectional network.
        """
        if state is not None and self.wiring.bidirectional:
            raise LayerError("a bidirectional network reads whole sequences; it carries no state")
        if self.wiring.embedding:
            x = _without_padding(x, lengths)
        read = add_noise(self._embedded(params, x), self.rates.input_noise, draws)
        out, tapes = LevelOutput(read), []
        for k, level in enumerate(self.levels):
            out, tape = level.forward(
                self.level_params(k, params), out, lengths, self.needed(k, per_step),
                draws and draws.within(f"{k + 1}."), None if state is None else state[k],
            )  # fmt: skip
            tapes.append(tape)
        final = tuple(tape.final for tape in tapes)
        return (out.steps if per_step else out.ends), (tapes, lengths, x), final

    def _embedded(self, params, x):
        return np.matmul(params["E"], x) if self.wiring.embedding else x

    def needed(self, k, per_step):
        """(bool, bool): whether outputs of level k are needed at every step, and at the ends.

        The level above reads every step. With ``residual`` it also adds the ends to its own.
        """
        highest = k == len(self.levels) - 1
        return per_step or not highest, not per_step and (highest or self.wiring.residual)

    def backward(self, params, tape, dout, per_step):
        """Gradients of the loss by parameter name.

        Args:
            params, tape, per_step: as given to, and returned by, ``forward``.
            dout: the loss's gradient with respect to the outputs.
        """
        tapes, lengths, x = tape
        dout, grads = LevelOutput(dout) if per_step else LevelOutput(None, dout), {}
        for k in reversed(range(len(self.levels))):
            inputs = k > 0 or self.wiring.embedding is not None
            level_grads, dout = self.levels[k].backward(
                self.level_params(k, params), tapes[k], dout, lengths, inputs
            )
            grads |= {self._prefix(k) + name: value for name, value in level_grads.items()}
        return grads | ({"E": matrix_gradient(dout.steps, x)} if self.wiring.embedding else {})

    def _prefix(self, k):
        return f"{k + 1}." if len(self.levels) > 1 or self.wiring.bidirectional else ""

    def level_params(self, k, params):
        """Parameters of level k, by the level's own names."""
        return {name: params[self._prefix(k) + name] for name in self.levels[k].shapes}


def _without_padding(x, lengths):
    """x with zeros past each sequence's end, where it may hold NaN."""
    if lengths is None:
        return x
    return np.where(np.arange(len(x))[:, None, None] < lengths, x, 0)
