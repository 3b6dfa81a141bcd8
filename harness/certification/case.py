"""The problem that a cell is certified on: a small ragged batch that starts in reachable states."""

from functools import cache
from typing import NamedTuple

import numpy as np

from gatelab.variants.language.variant import hyperparameters, own_backward

from ..calculus.program import derive
from ..errors import CertificationError
from ..kernels.backends.array_backend import ArrayBackend
from ..networks.layer import Layer
from .exact import by_complex_steps
from .nonfinite import cause

T, B, D, H = 5, 4, 2, 4
LENGTHS = np.array([5, 2, 4, 0])  # full length, two shorter ones, an empty one
# Large enough to fill vectors and register blocks, as in training, with a remainder.
WIDE = {"B": 37, "D": 3, "H": 23}
ORDINARY = {"T": 20, "B": 16, "D": 3, "H": 16}
BURN_IN = 3  # steps from the cell's initial state to a reachable state


class Problem(NamedTuple):
    """The arguments of a forward and a backward pass."""

    params: dict
    x: np.ndarray  # (T, B, D)
    state: tuple  # of (B, H)
    lengths: np.ndarray | None  # (B,)
    dy: np.ndarray  # (T, B, H)
    dfinal: tuple  # of (B, H)

    def rows(self, which):
        """The problem for some sequences of the batch, in the order given."""
        return self._replace(
            x=self.x[:, which],
            state=tuple(s[which] for s in self.state),
            lengths=None if self.lengths is None else self.lengths[which],
            dy=self.dy[:, which],
            dfinal=tuple(s[which] for s in self.dfinal),
        )

    def cut(self, steps):
        """The problem for the first ``steps`` steps."""
        lengths = None if self.lengths is None else np.minimum(self.lengths, steps)
        return self._replace(x=self.x[:steps], dy=self.dy[:steps], lengths=lengths)

    def whole(self):
        """The problem without lengths: every sequence runs to the end."""
        return self._replace(lengths=None)


class Case:
    """A cell, its layers, and a problem for it.

    Attributes:
        own: whether the cell defines its own backward.
        layer: function (dtype, rendering) -> the layer, cached.
        exact: function (number of steps) -> gradients by complex steps, cached.
    """

    def __init__(self, variant, seed=0, B=B, D=D, H=H):
        self.variant, self.layer, self.exact = variant, cache(self.fresh), cache(self._exact)
        self.B, self.D, self.H = B, D, H
        derived = self.layer("float64", "derived")
        self.title, self.states = _title(variant), derived.states
        self.own = own_backward(variant) is not None
        self.problem = self._draw(derived, np.random.default_rng(seed))

    def fresh(self, dtype, rendering):
        """A new layer: "numba", "numpy", or "derived" ("numpy" with the derived backward)."""
        backend = "numba" if rendering == "numba" else "numpy"
        layer = Layer(self.variant, self.D, self.H, dtype, backend)
        if rendering == "derived":
            layer.backend = ArrayBackend(layer.program, layer.hidden, layer.dtype)
        return layer

    def users(self):
        """(name, layer) of both renderings in float64, as a user gets them."""
        return [(name, self.layer("float64", name)) for name in ("numpy", "numba")]

    def _exact(self, steps):
        grads, dx, dstate = by_complex_steps(self.variant, self.problem.cut(steps))
        return gradients(grads, dx, dstate, self.states)

    def _draw(self, layer, rng):
        draw, B, D, H = lambda *shape: rng.normal(size=shape), self.B, self.D, self.H
        lengths = np.resize(LENGTHS, B)
        # Perturb the initial parameters: some cells only work near the values that they set.
        params = {n: np.asarray(v + 0.5 * draw(*v.shape)) for n, v in layer.init(rng).items()}
        # Inputs from small to saturating.
        x = draw(T, B, D) * np.resize([1, 0.3, 3, 1], B)[:, None]
        reached = self._reached(layer, params, draw(BURN_IN, B, D))
        state = tuple(s * (1 + 0.1 * draw(B, H)) + 0.01 * draw(B, H) for s in reached)
        dfinal = tuple(draw(B, H) for _ in layer.states)
        return Problem(params, x, state, lengths, draw(T, B, H), dfinal)

    def _reached(self, layer, params, x):
        """The final states of a run from the cell's initial states."""
        y, state, _ = layer.forward(params, x)
        problem = Problem(params, x, layer.start(self.B), None, y, state)
        if not all(np.isfinite(s).all() for s in state) and (why := cause(layer, problem)):
            raise CertificationError(f"{self.title}: the first steps from its start: {why}")
        return state


def as_training_starts(layer, T, B, D, H, seed=0):
    """A problem as training starts: initial weights and states, inputs of unit variance."""
    rng = np.random.default_rng(seed)
    dfinal = tuple(rng.normal(size=(B, H)) for _ in layer.states)
    params, x, dy = layer.init(rng), rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    return Problem(params, x, layer.start(B), None, dy, dfinal)


def _title(variant):
    """The cell's name, with the settings that differ from its defaults."""
    defaults = hyperparameters(type(variant))
    given = {n: getattr(variant, n) for n in defaults if getattr(variant, n) != defaults[n]}
    settings = ", ".join(f"{name} = {value!r}" for name, value in given.items())
    return f"{derive(variant).title}{f' ({settings})' if settings else ''}"


class Found(dict):
    """{description: array} that a layer computed, with the layer and the problem."""

    def __init__(self, arrays, layer, problem):
        super().__init__(arrays)
        self.layer, self.problem = layer, problem


def run(layer, problem):
    """Outputs, final states and all gradients, by the description used in messages."""
    y, final, tape = _forward(layer, problem)
    grads, dx, dstate = layer.backward(problem.params, tape, problem.dy, problem.dfinal)
    arrays = outputs(y, final, layer.states) | gradients(grads, dx, dstate, layer.states)
    return Found(arrays, layer, problem)


def forward(layer, problem):
    """Outputs and final states, by the description used in messages."""
    y, final, _ = _forward(layer, problem)
    return Found(outputs(y, final, layer.states), layer, problem)


def _forward(layer, problem):
    return layer.forward(problem.params, problem.x, problem.state, problem.lengths)


def outputs(y, final, states):
    """{description: array} of a forward pass."""
    return {"y": y, **{f"the final {n}": s for n, s in zip(states, final, strict=True)}}


def gradients(grads, dx, dstate, states):
    """{description: array} of a backward pass."""
    starts = {f"gradient of the initial {n}": s for n, s in zip(states, dstate, strict=True)}
    of_params = {f"gradient of {n}": g for n, g in grads.items()}
    return {**of_params, "gradient of x": dx, **starts}
