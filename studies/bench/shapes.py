"""The sizes at which training steps are timed, and random inputs."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gatelab import Layer


class Shape(NamedTuple):
    """T steps of B sequences with D inputs, for a layer of H units."""

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
    """The arguments of a training step in float32: x (T, B, D), dy (T, B, H), state of (B, H)."""

    layer: Layer
    params: dict
    x: np.ndarray
    state: tuple
    dy: np.ndarray


def case(variant, shape, rng, layer=None):
    """A random case for a variant at a shape, with a non-zero state."""
    T, B, D, H = shape
    layer = layer or Layer(variant, D, H)
    draw = lambda *size: rng.standard_normal(size, np.float32)
    state = tuple(draw(B, H) / 4 for _ in layer.states)
    return Case(layer, layer.init(rng), draw(T, B, D), state, draw(T, B, H))
