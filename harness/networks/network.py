"""A network: recurrent layers and a linear readout, all weights in one flat vector."""

from typing import Any, NamedTuple

import numpy as np

from gatelab.tasks.framework.batches import Batch

from ..errors import LayerError
from . import saving
from .draws import Draws
from .dropout import Rates, dropped
from .initialisation import linear
from .layer import size
from .level import gathered
from .losses import LOSSES, PER_STEP
from .stack import Stack, Wiring

#: Steps of a long sequence that a prediction takes at once: its memory does not grow with T.
AT_ONCE = 512


class Found(NamedTuple):
    """What ``Network.gradient`` finds on a batch.

    loss: see ``losses``; outputs: values or logits, batch first; gradient: dL/d(theta), flat;
    state: after the last step, to be handed on where the next batch goes on from this one.
    """

    loss: float
    outputs: np.ndarray
    gradient: np.ndarray
    state: Any


class Network:
    """Recurrent layers of any variant, read out by a linear map.

    Classification and regression read the state at each sequence's true last step (and, of a
    reversed layer, at its first, where that one ends); a per-step task reads every step.

    Args:
        kind: of task, a name in ``losses.LOSSES``; decides readout and loss.
        layers, bidirectional, residual, projection, layer_norm, embedding: see ``stack.Wiring``.
        input_dropout, output_dropout, recurrent_dropout, zoneout: see ``dropout.Rates``. What
            dropout keeps is scaled up; a prediction drops nothing, and takes zoneout's mean.

    Attributes:
        theta: all weights; params: the same memory, by name (``stack.Stack`` tells the names),
            the readout's as "V" and "a".
        layer: the lowest forward layer; inputs: D, what it reads before any embedding.

    Raises:
        LayerError: an unknown kind, sizes below 1, shares outside [0, 1).
    """

    def __init__(
        self, variant, inputs, hidden, outputs, kind, input_dropout=0.0, output_dropout=0.0,
        recurrent_dropout=0.0, zoneout=0.0, layers=1, bidirectional=False, residual=False,
        projection=None, layer_norm=False, embedding=None, dtype="float32", backend="numba",
    ):  # fmt: skip
        if kind not in LOSSES:
            raise LayerError(f"unknown kind {kind!r}; known: {', '.join(LOSSES)}")
        self.kind, self.loss, self.whole = kind, LOSSES[kind], kind in PER_STEP
        self.outputs = size("outputs", outputs)
        self.rates = Rates(input_dropout, output_dropout, recurrent_dropout, zoneout)
        wiring = Wiring(layers, bidirectional, residual, projection, layer_norm, embedding)
        self.stack = Stack(variant, inputs, hidden, wiring, self.rates, dtype, backend)
        self.layer, self.inputs = self.stack.levels[0].layers[0], self.stack.inputs
        self.shapes = shapes_of(self.stack, self.outputs)
        self.theta = np.zeros(count(self.shapes), self.layer.dtype)
        self.params = self._named(self.theta)

    @property
    def size(self):
        """Number of trainable parameters."""
        return self.theta.size

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Draw initial weights; ``Layer.init`` tells what the arguments are."""
        drawn = self.stack.init(rng, scheme, longest, forget_bias)
        drawn["V"] = linear(self.shapes["V"], rng)
        drawn["a"] = np.zeros(self.shapes["a"])
        for name, value in drawn.items():
            self.params[name][...] = value
        return self

    def gradient(self, batch, rng, state=None):
        """Loss, outputs and dL/d(theta) of one batch, and the state after it: ``Found``.

        ``rng`` draws what is dropped: from the same seed, the same masks. ``state`` goes on from
        an earlier batch; no gradient flows back there.

        Raises:
            LayerError: a state, and a bidirectional network.
        """
        draws = Draws.by(rng)
        x = dropped(self._features(batch.x), self.rates.input, draws)
        seen, tape, after = self.stack.forward(
            self.params, x, batch.lengths, self.whole, draws, state
        )
        outputs = self._read(seen)
        value, bar = self.loss(outputs, batch.y, batch.lengths)
        bar = np.moveaxis(bar, 0, -1).astype(self.layer.dtype, copy=False)  # (K, B), (T, K, B)
        found = self.stack.backward(self.params, tape, self.params["V"].T @ bar, self.whole)
        found |= {"V": gathered(bar, seen), "a": bar.sum((0, 2) if self.whole else 1)}
        flat = np.empty_like(self.theta)
        for name, view in self._named(flat).items():
            view[...] = found[name]
        return Found(value, outputs, flat, after)

    def predict(self, x, lengths=None, batch=256):
        """Outputs for sequences x (N, T, D), as a task holds them.

        Returns:
            values (regression, series) or logits: (N, K), for per-step kinds (N, T, K).

        Raises:
            LayerError: x that does not fit, lengths outside 1..T.
        """
        x = self._checked(x)
        lengths = None if lengths is None else np.asarray(lengths)
        if lengths is not None and lengths.shape != (len(x),):
            raise LayerError(f"lengths are {lengths.shape}; x has {len(x)} sequences, (N, T, D)")
        if lengths is not None and (lengths.min() < 1 or lengths.max() > x.shape[1]):
            raise LayerError(
                f"lengths run from {lengths.min()} to {lengths.max()}; a sequence has at least 1 "
                f"step, and x has {x.shape[1]}"
            )
        starts = range(0, len(x), batch)
        return np.concatenate(
            [self._outputs(x[k : k + batch], _part(lengths, k, batch)) for k in starts]
        )

    def advance(self, x, state=None):
        """Read on, as far as x (N, T, D) goes, and say what comes of every step.

        Args:
            state: what an earlier call gave, for the same N sequences; None to begin.

        Returns:
            outputs (N, T, K) as ``predict`` has them; the state after the last step.

        Raises:
            LayerError: x that does not fit; a network that is read at the end, or bidirectional.
        """
        if not self.whole or self.stack.wiring.bidirectional:
            raise LayerError("only a forward network that is read at every step can be advanced")
        seen, _, after = self.stack.forward(
            self.params, self._features(self._checked(x)), None, True, None, state
        )
        return self._read(seen), after

    def _checked(self, x):
        x = np.asarray(x)
        if x.ndim != 3 or x.shape[2] != self.inputs:
            raise LayerError(f"x is {x.shape}; give sequences (N, T, {self.inputs})")
        if x.dtype.kind != "f" or 0 in x.shape:
            raise LayerError(f"x is {x.dtype} {x.shape}; give floats, N and T at least 1")
        return x

    def _outputs(self, x, lengths):
        """Of one batch; a long one is read in pieces, but for a reversed layer to be whole."""
        steps = x.shape[1] if self.stack.wiring.bidirectional else AT_ONCE
        seen, state = [], None
        for k in range(0, x.shape[1], steps):
            piece = x[:, k : k + steps]
            left = None if lengths is None else np.clip(lengths - k, 0, piece.shape[1])
            part, _, state = self.stack.forward(
                self.params, self._features(piece), left, self.whole, None, state
            )
            seen.append(self._read(part))
        return np.concatenate(seen, 1) if self.whole else seen[-1]

    def evaluate(self, batch: Batch, metric):
        """(loss, metric) on a batch of any size."""
        outputs = self.predict(batch.x, batch.lengths)
        value, _ = self.loss(outputs, batch.y, batch.lengths)
        return value, metric.score(outputs, batch.y, batch.lengths)

    def states_over_time(self, x):
        """Every named value of the step for one sequence x (T, D): {name: (T, H)}.

        Gates, states and whatever else the step gives a name to; for looking inside. Of a deeper
        network, those of the lowest forward layer.
        """
        own = self.stack.levels[0].own(0, self.stack.own(0, self.params))
        x = x @ self.params["E"].T if self.stack.wiring.embedding else x
        return self.layer.look(own, x, self.rates.zoneout)

    # -- memory ----------------------------------------------------------------------------

    def _named(self, flat):
        views, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            views[name] = flat[at : at + size].reshape(shape)
            at += size
        return views

    def _features(self, x):
        """(N, T, D) as the engine's (T, D, B)."""
        return np.asarray(x, self.layer.dtype).transpose(1, 2, 0)

    def _read(self, seen):
        """V h + a, batch first: (N, K) or (N, T, K)."""
        logits = np.matmul(self.params["V"], seen) + self.params["a"][:, None]
        return np.moveaxis(logits, -1, 0)

    # -- files -----------------------------------------------------------------------------

    def save(self, path):
        """Write weights and what is needed to load them, as .npz without pickle."""
        saving.write(path, saving.describe(self), self.params)

    @classmethod
    def load(cls, path, backend="numba"):
        """The network that ``save`` wrote.

        Raises:
            LayerError: not such a file; or the registered cell of that name has other equations.
            variants.VariantError: its cell is not registered: import the file that defines it.
        """
        about, arrays = saving.read(path)
        network = cls(
            saving.variant_of(path, about), about["inputs"], about["hidden"], about["outputs"],
            about["kind"], **saving.options(about), dtype=about["dtype"], backend=backend,
        )  # fmt: skip
        saving.check(path, about, arrays, network)
        for name, value in arrays.items():
            network.params[name][...] = value
        return network

    def export(self, path):
        """Write it as an ONNX model; needs gatelab[onnx]. What it takes: see ``exporting``."""
        from ..export import export

        export(self, path)


def shapes_of(stack, outputs):
    """{parameter: shape} of a network: its layers, the readout's V and a."""
    return {**stack.shapes, "V": (outputs, stack.outputs), "a": (outputs,)}


def count(shapes):
    """Number of elements."""
    return sum(int(np.prod(shape)) for shape in shapes.values())


def _part(lengths, start, size):
    return None if lengths is None else lengths[start : start + size]
