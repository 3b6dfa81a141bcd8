"""A network: recurrent layers and a linear readout, with all weights in one flat vector."""

from typing import Any, NamedTuple

import numpy as np

from gatelab.tasks.framework.batches import Batch
from gatelab.variants.language.variant import label

from ..errors import LayerError
from ..foundation import notebooks
from . import saving
from .draws import Draws
from .dropout import Rates, drop_inputs
from .initialisation import linear
from .layer import positive_integer
from .level import matrix_gradient
from .losses import LOSSES, PER_STEP
from .portable import Portable
from .stack import Stack, Wiring

#: A prediction reads long sequences in pieces of so many steps: its memory does not grow with T.
PIECE = 512


class BatchGradient(NamedTuple):
    """What ``Network.gradient`` computes on a batch.

    Attributes:
        loss: in the units that ``losses`` states.
        outputs: values or logits, (N, K) or (N, T, K).
        gradient: dL/d(theta), flat.
        state: the states after the last step, for a next batch that continues this one.
    """

    loss: float
    outputs: np.ndarray
    gradient: np.ndarray
    state: Any


class Network(Portable):
    """Recurrent layers of any variant, read out by a linear map y = V h + a.

    For classification and regression the readout sees the output at each sequence's own last step
    (and a reversed layer's at the first step, where that layer ends). For the other kinds it sees
    every step.

    Args:
        variant: an instance of a registered class, or the class itself for its defaults.
        inputs: D, number of inputs.
        hidden: H, number of units of each layer.
        outputs: K, number of outputs.
        kind: kind of task, a name in ``losses.LOSSES``; decides readout and loss.
        input_dropout, output_dropout, recurrent_dropout, zoneout, input_noise: see
            ``dropout.Rates``. Training scales up what dropout keeps. A prediction drops nothing,
            adds no noise and uses the mean of zoneout.
        layers, bidirectional, residual, projection, layer_norm, embedding: see ``stack.Wiring``.
        dtype: "float32" or "float64".
        backend: "numba" or "numpy"; see ``Layer``.

    Attributes:
        theta: all weights, a flat vector.
        params: {parameter: array}, views of ``theta``. ``stack.Stack`` describes the names; the
            readout's are "V" and "a".
        per_step: whether the readout sees every step.
        layer: the forward layer of the lowest level.
        inputs: D, number of inputs before any embedding.

    Raises:
        LayerError: an unknown kind, a size below 1, a rate outside [0, 1).
    """

    def __init__(
        self, variant, inputs, hidden, outputs, kind, input_dropout=0.0, output_dropout=0.0,
        recurrent_dropout=0.0, zoneout=0.0, layers=1, bidirectional=False, residual=False,
        projection=None, layer_norm=False, embedding=None, input_noise=0.0, dtype="float32",
        backend="numba",
    ):  # fmt: skip
        if kind not in LOSSES:
            raise LayerError(f"unknown kind {kind!r}; known: {', '.join(LOSSES)}")
        self.kind, self.loss, self.per_step = kind, LOSSES[kind], kind in PER_STEP
        self.outputs = positive_integer("outputs", outputs)
        self.rates = Rates(input_dropout, output_dropout, recurrent_dropout, zoneout, input_noise)
        wiring = Wiring(layers, bidirectional, residual, projection, layer_norm, embedding)
        self.stack = Stack(variant, inputs, hidden, wiring, self.rates, dtype, backend)
        self.layer, self.inputs = self.stack.levels[0].layers[0], self.stack.inputs
        self.shapes = shapes_of(self.stack, self.outputs)
        self.theta = np.zeros(count(self.shapes), self.layer.dtype)
        self.params = self._named(self.theta)

    def __repr__(self):
        return (
            f"<Network of {label(type(self.layer.variant))}: {self.inputs} inputs, "
            f"{len(self.stack.levels)} x {self.layer.hidden} units, {self.outputs} outputs "
            f"({self.kind}), {self.size} weights in {self.layer.dtype}>"
        )

    def _repr_html_(self):
        shapes = ((name, " x ".join(map(str, shape))) for name, shape in self.shapes.items())
        return notebooks.table(repr(self)[1:-1], shapes, ("parameter", "shape"))

    @property
    def size(self):
        """Number of trainable parameters."""
        return self.theta.size

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Draw initial weights, and return self; the arguments are those of ``Layer.init``."""
        drawn = self.stack.init(rng, scheme, longest, forget_bias)
        drawn["V"] = linear(self.shapes["V"], rng)
        drawn["a"] = np.zeros(self.shapes["a"])
        for name, value in drawn.items():
            self.params[name][...] = value
        return self

    def gradient(self, batch, rng, state=None):
        """Loss and gradient on one batch.

        Args:
            batch: a ``tasks.Batch``.
            rng: draws the noise of dropout and zoneout; the same seed gives the same masks.
            state: the states after an earlier batch, to continue from them; no gradient flows
                back into that batch. None for the initial states.

        Returns:
            a ``BatchGradient``.

        Raises:
            LayerError: a state given to a bidirectional network.
        """
        draws = Draws.from_rng(rng)
        x = drop_inputs(self._features(batch.x), self.rates.input, draws)
        h, tape, final = self.stack.forward(
            self.params, x, batch.lengths, self.per_step, draws, state
        )
        outputs = self._readout(h)
        value, dy = self.loss(outputs, batch.y, batch.lengths)
        dy = np.moveaxis(dy, 0, -1).astype(self.layer.dtype, copy=False)  # (K, B), (T, K, B)
        grads = self.stack.backward(self.params, tape, self.params["V"].T @ dy, self.per_step)
        grads |= {"V": matrix_gradient(dy, h), "a": dy.sum((0, 2) if self.per_step else 1)}
        flat = np.empty_like(self.theta)
        for name, view in self._named(flat).items():
            view[...] = grads[name]
        return BatchGradient(value, outputs, flat, final)

    def predict(self, x, lengths=None, batch=256):
        """Outputs for sequences.

        Args:
            x: (N, T, D), float.
            lengths: (N,) valid steps of each sequence, in 1..T; None if all are T long.
            batch: number of sequences that are read at a time.

        Returns:
            values (regression, series) or logits: (N, K), for per-step kinds (N, T, K).

        Raises:
            LayerError: x of another shape or dtype, lengths outside 1..T.
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
        """Continue sequences by the steps in x.

        Args:
            x: (N, T, D), the next T steps.
            state: the states that an earlier call returned for the same N sequences; None at the
                beginning.

        Returns:
            outputs (N, T, K) as from ``predict``; the states after the last step.

        Raises:
            LayerError: x of another shape or dtype; a bidirectional network, or one whose readout
                sees only the last step.
        """
        if not self.per_step or self.stack.wiring.bidirectional:
            raise LayerError("only a forward network that is read at every step can be advanced")
        h, _, final = self.stack.forward(
            self.params, self._features(self._checked(x)), None, True, None, state
        )
        return self._readout(h), final

    def _checked(self, x):
        x = np.asarray(x)
        if x.ndim != 3 or x.shape[2] != self.inputs:
            raise LayerError(f"x is {x.shape}; give sequences (N, T, {self.inputs})")
        if x.dtype.kind != "f" or 0 in x.shape:
            raise LayerError(f"x is {x.dtype} {x.shape}; give floats, N and T at least 1")
        return x

    def _outputs(self, x, lengths):
        """Outputs of one batch. Long sequences are read in pieces, unless a layer is reversed."""
        steps = x.shape[1] if self.stack.wiring.bidirectional else PIECE
        outputs, state = [], None
        for k in range(0, x.shape[1], steps):
            piece = x[:, k : k + steps]
            left = None if lengths is None else np.clip(lengths - k, 0, piece.shape[1])
            h, _, state = self.stack.forward(
                self.params, self._features(piece), left, self.per_step, None, state
            )
            outputs.append(self._readout(h))
        return np.concatenate(outputs, 1) if self.per_step else outputs[-1]

    def evaluate(self, batch: Batch, metric):
        """(loss, score) on a batch of any size; ``metric`` computes the score."""
        outputs = self.predict(batch.x, batch.lengths)
        value, _ = self.loss(outputs, batch.y, batch.lengths)
        return value, metric.score(outputs, batch.y, batch.lengths)

    def states_over_time(self, x):
        """Gates, states and all other named values of the step along one sequence.

        In a deeper network they are those of the lowest forward layer.

        Args:
            x: (T, D).

        Returns:
            {name: (T, H)}.
        """
        params = self.stack.levels[0].layer_params(0, self.stack.level_params(0, self.params))
        x = x @ self.params["E"].T if self.stack.wiring.embedding else x
        return self.layer.named_values(params, x, self.rates.zoneout)

    # -- memory ----------------------------------------------------------------------------

    def _named(self, flat):
        """{parameter: array}, views of a flat vector."""
        views, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            views[name] = flat[at : at + size].reshape(shape)
            at += size
        return views

    def _features(self, x):
        """x (N, T, D) in the engine's order (T, D, B)."""
        return np.asarray(x, self.layer.dtype).transpose(1, 2, 0)

    def _readout(self, h):
        """V h + a, batch first: (N, K) or (N, T, K)."""
        logits = np.matmul(self.params["V"], h) + self.params["a"][:, None]
        return np.moveaxis(logits, -1, 0)

    # -- files -----------------------------------------------------------------------------

    def save(self, path, format="npz"):
        """Write the weights, and what is needed to load them, to a file without pickle.

        Args:
            path: the file, written at exactly this path.
            format: "npz", or "safetensors", which needs gatelab[safetensors].

        Raises:
            LayerError: an unknown format; the package safetensors is missing.
        """
        saving.write(path, saving.describe(self), self.params, format)

    @classmethod
    def load(cls, path, backend="numba"):
        """Load a network that ``save`` wrote, in either format.

        Raises:
            LayerError: the file is not a saved network, or its cell's equations have changed.
            variants.VariantError: its cell is not registered; import the file that defines it.
        """
        with saving.refusing(path):
            about, arrays = saving.read(path)
            network = cls(
                saving.variant_of(path, about), about["inputs"], about["hidden"], about["outputs"],
                about["kind"], **saving.options(about), dtype=about["dtype"], backend=backend,
            )  # fmt: skip
            saving.check(path, about, arrays, network)
            for name, value in arrays.items():
                network.params[name][...] = value
        return network


def shapes_of(stack, outputs):
    """{parameter: shape} of a network: those of its stack, then the readout's V and a."""
    return {**stack.shapes, "V": (outputs, stack.outputs), "a": (outputs,)}


def count(shapes):
    """Number of elements of arrays with these shapes: {name: shape}."""
    return sum(int(np.prod(shape)) for shape in shapes.values())


def _part(lengths, start, size):
    return None if lengths is None else lengths[start : start + size]
