"""A layer's passage over test sequences: all states at all steps, in float64."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gatelab.tasks.framework.batches import Batch, valid_steps

from ..calculus.program import Program
from ..errors import LayerError
from ..kernels.backends.array_backend import ArrayBackend, namespace
from ..kernels.text.array_code import inspector
from ..networks import dropout
from ..networks.layer import Layer
from ..networks.level import LevelOutput

STEPS = 1000  # most steps of a sequence that are read
NUMBERS = 1_000_000  # most values of one quantity: steps x units x sequences
SEQUENCES = (4, 32)  # fewest (if there are so many) and most sequences


@dataclass(frozen=True)
class Passage:
    """What the forward layer of a network's highest level does on a batch.

    Attributes:
        layer: the layer.
        params: {parameter: array}, float64.
        noise: {name: number}: the means of zoneout and dropout that a prediction uses.
        x: (T, D, B), what the layer reads: the inputs, or the outputs of the level below.
        lengths: (B,) valid steps of each sequence.
        states: {state: (T + 1, H, B)}: before the first step, then after each; held past the end.
        backend, tape: of the forward pass, for ``lag``.
    """

    layer: Layer
    params: dict
    noise: dict
    x: np.ndarray
    lengths: np.ndarray
    states: dict
    backend: Any
    tape: Any

    @property
    def program(self) -> Program:
        return self.layer.program

    @property
    def hypers(self):
        return {name: float(value) for name, value in self.layer.hypers.items()}

    @property
    def valid(self):
        """(T, B) bool."""
        return valid_steps(self.lengths, len(self.lengths), len(self.x)).T

    def look(self, steps, program=None, nodes=None):
        """Values of the step's variables at some steps, computed all at once.

        Args:
            steps: (T, B) bool, the steps that are wanted.
            program: the owner of ``nodes``; the layer's program if None.
            nodes: {name: node} whose values are wanted, too.

        Returns:
            {name: (H, S)} of S wanted steps, in the order of ``steps``: all variables and nodes.
        """
        flat = lambda a: np.moveaxis(a, 1, 0)[:, steps]
        look: Any = inspector(program or self.program, nodes)
        p = namespace(self.params, self.hypers, self.noise)
        olds = [flat(self.states[name][:-1]) for name in self.layer.states]
        _, named = look(p, flat(self.x), *olds)
        shape = (self.layer.hidden, int(steps.sum()))
        return {name: np.broadcast_to(value, shape) for name, value in named.items()}


def passage(network, batch):
    """Run a network over some sequences of a batch.

    At most ``STEPS`` steps are read, of as many sequences as ``NUMBERS`` allows, evenly chosen.

    Args:
        network: a ``networks.network.Network``.
        batch: a ``tasks`` ``Batch``.

    Returns:
        a ``Passage``.

    Raises:
        LayerError: not a batch, or not one of sequences that the network reads.
    """
    _check(network, batch)
    level = network.stack.levels[-1]
    layer = level.layers[0]
    rows = _chosen(len(batch.x), min(batch.x.shape[1], STEPS) * layer.hidden)
    x = np.asarray(batch.x[rows, :STEPS], np.float64)
    given = np.full(len(x), x.shape[1]) if batch.lengths is None else batch.lengths[rows]
    lengths = np.minimum(given, x.shape[1])
    x = np.where(valid_steps(lengths, *x.shape[:2])[..., None], x, 0)[:, : lengths.max()]
    x = _below(network, x.transpose(1, 2, 0).astype(layer.dtype), lengths)
    names = network.stack.level_params(len(network.stack.levels) - 1, network.params)
    params = {k: np.asarray(v, np.float64) for k, v in level.layer_params(0, names).items()}
    T, _, B = x.shape
    arrays = dropout.noise(layer, network.rates, T, B, None)
    backend = ArrayBackend(layer.program, layer.hidden, np.dtype(np.float64))
    start = [np.asarray(s, np.float64).T for s in layer.start(B)]
    drawn = [arrays[name] for name in layer.program.noise]
    _, final, tape = backend.forward(
        params, layer.hypers, x.astype(np.float64), start, lengths, drawn
    )
    each = zip(*tape.states, final, strict=True)
    states = {name: np.stack(s) for name, s in zip(layer.states, each, strict=True)}
    noise = {name: float(a.flat[0]) for name, a in arrays.items()}
    return Passage(layer, params, noise, x, lengths, states, backend, tape)


def _check(network, batch):
    if not isinstance(batch, Batch):
        raise LayerError(f"{type(batch).__name__} is not a batch; give tasks.Batch(x, y, lengths)")
    if batch.x.ndim != 3 or batch.x.shape[2] != network.inputs or 0 in batch.x.shape:
        raise LayerError(f"x is {batch.x.shape}; give sequences (N, T, {network.inputs})")


def _chosen(available, size):
    """Indices of the sequences that are read, the first among them."""
    fewest, most = SEQUENCES
    wanted = min(max(NUMBERS // size, fewest), most, available)
    return np.linspace(0, available - 1, wanted).round().astype(int)


def _below(network, x, lengths):
    """What the highest level reads, (T, F, B)."""
    stack = network.stack
    x = np.matmul(network.params["E"], x) if stack.wiring.embedding else x
    for k, level in enumerate(stack.levels[:-1]):
        params = stack.level_params(k, network.params)
        out, _ = level.forward(params, LevelOutput(x), lengths, (True, False), None)
        x = out.steps
    return x
