"""One level of a network: one layer, or one per direction, and what follows its outputs.

Arrays are in the engine's order: x (T, D, B), outputs at every step (T, F, B), at the ends (F, B).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import dropout
from .dropout import Rates
from .initialisation import linear
from .layer import Layer

DIRECTIONS = ("", "reversed.")  # prefixes of the layers' parameter names within a level


class LevelOutput(NamedTuple):
    """Outputs of a level, or a gradient with respect to them; None for what is not needed.

    Attributes:
        steps: (T, F, B), at every step.
        ends: (F, B), after each direction's last step: the forward layer's at the sequence's last
            step, the reversed layer's at its first.
    """

    steps: np.ndarray | None = None
    ends: np.ndarray | None = None


@dataclass
class LevelTape:
    """What ``Level.forward`` stores for ``Level.backward``.

    Attributes:
        tapes: one per layer.
        final: final states of the forward layer, (H, B) each.
        joined: the layers' outputs side by side, before projection and dropout.
        masks: dropout masks of the outputs; None where nothing is dropped.
    """

    tapes: list
    final: tuple
    joined: LevelOutput
    masks: LevelOutput


@dataclass
class Level:
    """Layers side by side over the same input x: outputs = dropout(P [forward; reversed]) + x.

    The reversed layer reads each sequence from its own last step to its first. P is left out
    without a projection, the sum without ``residual``. The outputs at the ends are computed in the
    same way from the layers' final outputs and the ends of the level below, with a dropout mask of
    their own.

    Attributes:
        layers: the forward layer and, in a bidirectional network, the reversed one.
        rates: dropout and zoneout.
        projection: rows of P, or None. P acts on outputs only; in torch's ``proj_size`` the cell
            also receives the projected output at its next step.
        residual: whether the input is added; it must have as many features as the outputs.
    """

    layers: list[Layer]
    rates: Rates
    projection: int | None = None
    residual: bool = False

    @property
    def units(self):
        """Number of units of all layers together."""
        return sum(layer.hidden for layer in self.layers)

    @property
    def outputs(self):
        """F, the number of outputs."""
        return self.projection or self.units

    @cached_property
    def shapes(self):
        """{parameter: shape}: those of the layers, prefixed with the direction, then P."""
        pairs = zip(DIRECTIONS, self.layers, strict=False)
        shapes = {d + name: shape for d, layer in pairs for name, shape in layer.shapes.items()}
        return shapes | ({"P": (self.projection, self.units)} if self.projection else {})

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters by name; the arguments are those of ``Layer.init``."""
        params = {}
        for direction, layer in zip(DIRECTIONS, self.layers, strict=False):
            drawn = layer.init(rng, scheme, longest, forget_bias)
            params |= {direction + name: value for name, value in drawn.items()}
        return params | ({"P": linear(self.shapes["P"], rng)} if self.projection else {})

    def forward(self, params, below, lengths, needed, draws, state=None):
        """Outputs of the level.

        Args:
            params: {parameter: array}, by the level's own names.
            below: outputs of the level below, a ``LevelOutput``.
            lengths: (B,) valid steps, or None.
            needed: (bool, bool), whether outputs are needed at every step, and at the ends.
            draws: random streams of the noise, ``draws.Draws``; None for a prediction.
            state: states of the forward layer before the first step; None for its initial ones.

        Returns:
            the outputs, a ``LevelOutput``; the tape for ``backward``.
        """
        outputs, last, tapes, final = [], [], [], ()
        for k, layer in enumerate(self.layers):
            x = flipped(below.steps, lengths) if k else below.steps
            streams = draws and draws.within(DIRECTIONS[k])
            noise = dropout.noise(layer, self.rates, len(x), x.shape[2], streams)
            h, states, tape = layer.unroll(
                self.layer_params(k, params), x, None if k else state, lengths, noise
            )
            final = final if k else states
            outputs.append(flipped(h, lengths) if k and needed[0] else h)
            last.append(states[0])
            tapes.append(tape)
        joined = LevelOutput(
            _joined(outputs, 1) if needed[0] else None, _joined(last, 0) if needed[1] else None
        )
        out = [self._projected(params, part) for part in joined]
        masks = LevelOutput(
            *(self._mask(*pair, draws) for pair in zip(out, ("steps", "ends"), strict=True))
        )
        out = [self._sum(*parts) for parts in zip(out, masks, below, strict=True)]
        return LevelOutput(*out), LevelTape(tapes, final, joined, masks)

    def _projected(self, params, joined):
        return joined if joined is None or not self.projection else np.matmul(params["P"], joined)

    def _mask(self, out, name, draws):
        if out is None:
            return None
        return dropout.mask(out.shape, self.rates.output, draws, name, out.dtype)

    def _sum(self, out, mask, below):
        out = out if mask is None else out * mask
        return out + below if self.residual and out is not None else out

    def backward(self, params, tape, dout, lengths, inputs=True):
        """Gradients of the loss through the level.

        Args:
            tape: what ``forward`` returned.
            dout: the loss's gradient with respect to this level's outputs, a ``LevelOutput``.
            inputs: whether the gradient with respect to the input is needed.

        Returns:
            {parameter: gradient}; the gradient with respect to the outputs of the level below, a
            ``LevelOutput``.
        """
        below = dout if self.residual else LevelOutput()
        dout = LevelOutput(
            *(d if m is None else d * m for d, m in zip(dout, tape.masks, strict=True))
        )
        grads = {}
        if self.projection:
            pairs = zip(dout, tape.joined, strict=True)
            grads["P"] = sum(matrix_gradient(d, x) for d, x in pairs if d is not None)
            dout = LevelOutput(*(d if d is None else np.matmul(params["P"].T, d) for d in dout))
        for k, layer in enumerate(self.layers):
            dh, dfinal = self._of_direction(k, dout, lengths)
            layer_grads, dx, _ = layer.unroll_backward(
                self.layer_params(k, params), tape.tapes[k], dh, dfinal, inputs
            )
            grads |= {DIRECTIONS[k] + name: value for name, value in layer_grads.items()}
            if inputs:
                dx = flipped(dx, lengths) if k else dx
                below = LevelOutput(dx if below.steps is None else below.steps + dx, below.ends)
        return grads, below

    def layer_params(self, k, params):
        """Parameters of layer k, by the layer's own names."""
        return {name: params[DIRECTIONS[k] + name] for name in self.layers[k].shapes}

    def _of_direction(self, k, dout, lengths):
        """Gradients with respect to the outputs (T, H, B) and final states (H, B) of layer k."""
        layer = self.layers[k]
        rows = slice(k * layer.hidden, (k + 1) * layer.hidden)
        dh = None if dout.steps is None else dout.steps[:, rows]
        dh = flipped(dh, lengths) if k and dh is not None else dh
        if dout.ends is None:
            return dh, None
        first = np.ascontiguousarray(dout.ends[rows])
        return dh, (first, *(np.zeros_like(first) for _ in layer.states[1:]))


def flipped(x, lengths):
    """(T, F, B) with the valid steps of each sequence reversed; padding stays in place."""
    if lengths is None:
        return x[::-1]
    out = np.array(x)
    for b, steps in enumerate(lengths):
        out[:steps, :, b] = x[:steps, :, b][::-1]
    return out


def matrix_gradient(dy, x):
    """Gradient (K, F) with respect to W of y = W x, summed over the batch and any steps.

    Args:
        dy: (K, B) or (T, K, B), gradient with respect to y.
        x: (F, B) or (T, F, B).
    """
    product = np.matmul(dy, np.swapaxes(x, -1, -2))
    return product.sum(0) if dy.ndim == 3 else product


def _joined(parts, axis):
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)
