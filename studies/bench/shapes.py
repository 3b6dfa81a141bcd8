"""The sizes at which a training step is timed, and random numbers to time it on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gatelab import Layer


class Shape(NamedTuple):
    """T steps of B sequences with D inputs each, H units."""

    T: int
    B: int
    D: int
    H: int

    def __str__(self):
        return f"{self.T}x{self.B} {self.D}>{self.H}"


SHAPES = {
    "S1": Shape(100, 32, 2, 32),  # adding
    "S2": Shape(100, 32, 16, 64),
    "S3": Shape(60, 16, 88, 100),  # polyphonic music: many inputs, small batches
    "S4": Shape(64, 64, 1, 128),  # digits by pixels
    "S5": Shape(200, 32, 64, 256),
    "S6": Shape(28, 128, 28, 128),  # large digits by rows
}


@dataclass(frozen=True)
class Case:
    """One training step to be taken: x, dy (T, B, D or H), state a tuple of (B, H), float32."""

    layer: Layer
    params: dict
    x: np.ndarray
    state: tuple
    dy: np.ndarray


def case(variant, shape, rng, layer=None):
    """Random numbers for one variant at one shape; the state is not zero."""
    T, B, D, H = shape
    layer = layer or Layer(variant, D, H)
    draw = lambda *size: rng.standard_normal(size, np.float32)
    state = tuple(draw(B, H) / 4 for _ in layer.states)
    return Case(layer, layer.init(rng), draw(T, B, D), state, draw(T, B, H))
