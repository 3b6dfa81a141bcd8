"""One level of a network: a layer, or one per direction of time, and what is done to its outputs.

Arrays are in the engine's order: x (T, D, B), outputs (T, F, B), at the ends (F, B).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import dropout
from .dropout import Rates
from .initialisation import linear
from .layer import Layer

DIRECTIONS = ("", "reversed.")  # what a layer's parameters are called within the level


class Seen(NamedTuple):
    """What a level gives, or a gradient with respect to it; None for what nobody asks for.

    steps: (T, F, B), every step.
    ends: (F, B), each direction at its own last step: the sequence's last one, and its first.
    """

    steps: np.ndarray | None = None
    ends: np.ndarray | None = None


@dataclass
class Passed:
    """What ``Level.forward`` remembers for ``backward``.

    after: the forward layer's final states, (H, B) each.
    """

    tapes: list
    after: tuple
    given: Seen
    masks: Seen


@dataclass
class Level:
    """Layers side by side over the same input: outputs = dropout(P (forward, reversed)) + input.

    The reversed layer reads each sequence from its own last step to its first. Without a
    projection there is no P, without ``residual`` no sum. What is seen at the ends is put
    together in the same way, from the layers' final states and the ends of the level below; its
    dropout is drawn apart from that of the steps.

    Attributes:
        layers: the forward one, and the reversed one if there are two.
        projection: rows of P. It acts on outputs that are there; not torch's ``proj_size``, where
            the cell itself sees the projected output at its next step.
        residual: the input is added; it has the size of the outputs.
    """

    layers: list[Layer]
    rates: Rates
    projection: int | None = None
    residual: bool = False

    @property
    def units(self):
        """Outputs of the layers together."""
        return sum(layer.hidden for layer in self.layers)

    @property
    def outputs(self):
        """F, the number of outputs."""
        return self.projection or self.units

    @cached_property
    def shapes(self):
        """{parameter: shape}: the layers' under names of their direction, then P."""
        pairs = zip(DIRECTIONS, self.layers, strict=False)
        shapes = {d + name: shape for d, layer in pairs for name, shape in layer.shapes.items()}
        return shapes | ({"P": (self.projection, self.units)} if self.projection else {})

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters, each layer's as ``Layer.init`` says."""
        params = {}
        for direction, layer in zip(DIRECTIONS, self.layers, strict=False):
            drawn = layer.init(rng, scheme, longest, forget_bias)
            params |= {direction + name: value for name, value in drawn.items()}
        return params | ({"P": linear(self.shapes["P"], rng)} if self.projection else {})

    def forward(self, params, below, lengths, wanted, draws, state=None):
        """What is seen of the level, and the tape.

        Args:
            below: what is seen of the level below.
            wanted: (whether every step is asked for, whether the ends are).
            draws: of what is dropped, ``draws.Draws``; None to predict.
            state: of the forward layer, before the first step; None for its own.
        """
        outputs, finals, tapes, after = [], [], [], ()
        for k, layer in enumerate(self.layers):
            x = flipped(below.steps, lengths) if k else below.steps
            own = draws and draws.within(DIRECTIONS[k])
            noise = dropout.noise(layer, self.rates, len(x), x.shape[2], own)
            h, final, tape = layer.unroll(
                self.own(k, params), x, None if k else state, lengths, noise
            )
            after = after if k else final
            outputs.append(flipped(h, lengths) if k and wanted[0] else h)
            finals.append(final[0])
            tapes.append(tape)
        given = Seen(
            _joined(outputs, 1) if wanted[0] else None, _joined(finals, 0) if wanted[1] else None
        )
        out = [self._projected(params, part) for part in given]
        masks = Seen(
            *(self._mask(*pair, draws) for pair in zip(out, ("steps", "ends"), strict=True))
        )
        seen = [self._sum(*parts) for parts in zip(out, masks, below, strict=True)]
        return Seen(*seen), Passed(tapes, after, given, masks)

    def _projected(self, params, given):
        return given if given is None or not self.projection else np.matmul(params["P"], given)

    def _mask(self, out, name, draws):
        if out is None:
            return None
        return dropout.mask(out.shape, self.rates.output, draws, name, out.dtype)

    def _sum(self, out, mask, below):
        out = out if mask is None else out * mask
        return out + below if self.residual and out is not None else out

    def backward(self, params, passed, bar, lengths, inputs=True):
        """Gradients by parameter name, and with respect to what is seen of the level below.

        Args:
            bar: the loss's gradient with respect to what is seen of this level.
            inputs: False where nobody asks for the gradient of the input.
        """
        below = bar if self.residual else Seen()
        bar = Seen(*(b if m is None else b * m for b, m in zip(bar, passed.masks, strict=True)))
        grads = {}
        if self.projection:
            pairs = zip(bar, passed.given, strict=True)
            grads["P"] = sum(gathered(b, g) for b, g in pairs if b is not None)
            bar = Seen(*(b if b is None else np.matmul(params["P"].T, b) for b in bar))
        for k, layer in enumerate(self.layers):
            dh, dfinal = self._of_direction(k, bar, lengths)
            own, dx, _ = layer.unroll_backward(
                self.own(k, params), passed.tapes[k], dh, dfinal, inputs
            )
            grads |= {DIRECTIONS[k] + name: value for name, value in own.items()}
            if inputs:
                dx = flipped(dx, lengths) if k else dx
                below = Seen(dx if below.steps is None else below.steps + dx, below.ends)
        return grads, below

    def own(self, k, params):
        """A layer's parameters under its own names."""
        return {name: params[DIRECTIONS[k] + name] for name in self.layers[k].shapes}

    def _of_direction(self, k, bar, lengths):
        """The part of a gradient that belongs to a layer: its outputs', its final states'."""
        layer = self.layers[k]
        rows = slice(k * layer.hidden, (k + 1) * layer.hidden)
        dh = None if bar.steps is None else bar.steps[:, rows]
        dh = flipped(dh, lengths) if k and dh is not None else dh
        if bar.ends is None:
            return dh, None
        first = np.ascontiguousarray(bar.ends[rows])
        return dh, (first, *(np.zeros_like(first) for _ in layer.states[1:]))


def flipped(x, lengths):
    """(T, F, B) with the steps of each sequence in reverse; its padding stays where it is."""
    if lengths is None:
        return x[::-1]
    out = np.array(x)
    for b, steps in enumerate(lengths):
        out[:steps, :, b] = x[:steps, :, b][::-1]
    return out


def gathered(bar, seen):
    """Gradient of a matrix: bar seen' (K, F), summed over steps, if there are any, and batch."""
    steps = np.matmul(bar, np.swapaxes(seen, -1, -2))
    return steps.sum(0) if bar.ndim == 3 else steps


def _joined(parts, axis):
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)
