"""A network: a recurrent layer and a linear readout, all weights in one flat vector."""

import numpy as np

from tasks.data import Batch

from . import saving
from .errors import LayerError
from .layer import Layer, size
from .losses import LOSSES, PER_STEP


class Network:
    """One recurrent layer of any variant, read out by a linear map.

    Classification and regression read the state at each sequence's true last step; a per-step
    task reads every step.

    Args:
        kind: "regression", "classification" or "multilabel"; decides readout and loss.
        input_dropout, output_dropout: shares of x, and of what the readout sees, that training
            sets to zero (the rest is scaled up: nothing changes when predicting).

    Attributes:
        theta: all weights; params: the same memory, by name, the readout's as "V" and "a".
    """

    def __init__(
        self, variant, inputs, hidden, outputs, kind, input_dropout=0.0, output_dropout=0.0,
        dtype="float32", backend="numba",
    ):  # fmt: skip
        if kind not in LOSSES:
            raise LayerError(f"unknown kind {kind!r}; known: {', '.join(LOSSES)}")
        for name, share in (("input_dropout", input_dropout), ("output_dropout", output_dropout)):
            if not 0 <= share < 1:
                raise LayerError(f"{name} is {share!r}; give a share, at least 0 and below 1")
        self.layer = Layer(variant, inputs, hidden, dtype, backend)
        self.outputs = size("outputs", outputs)
        self.kind, self.loss = kind, LOSSES[kind]
        self.input_dropout, self.output_dropout = input_dropout, output_dropout
        self.shapes = {**self.layer.shapes, "V": (outputs, hidden), "a": (outputs,)}
        self.theta = np.zeros(sum(int(np.prod(s)) for s in self.shapes.values()), self.layer.dtype)
        self.params = self._named(self.theta)

    @property
    def size(self):
        """Number of trainable parameters."""
        return self.theta.size

    def init(self, rng):
        """Draw initial weights; the readout's are uniform in +-1/sqrt(H), as torch's."""
        bound = 1 / np.sqrt(self.layer.hidden)
        drawn = self.layer.init(rng)
        drawn["V"] = rng.uniform(-bound, bound, self.shapes["V"])
        drawn["a"] = np.zeros(self.shapes["a"])
        for name, value in drawn.items():
            self.params[name][...] = value
        return self

    def gradient(self, batch, rng):
        """Loss, outputs and dL/d(theta) of one batch; dropout draws from ``rng``."""
        x = _dropped(self._features(batch.x), self.input_dropout, rng)
        h, final, tape = self.layer.unroll(self._own(), x, None, batch.lengths)
        seen = h if self.kind in PER_STEP else final[0]
        mask = _mask(seen.shape, self.output_dropout, rng, self.layer.dtype)
        kept = seen if mask is None else seen * mask
        outputs = self._read(kept)
        value, bar = self.loss(outputs, batch.y, batch.lengths)
        bar = np.moveaxis(bar, 0, -1).astype(self.layer.dtype, copy=False)  # (K, B), (T, K, B)
        flat = np.zeros_like(self.theta)
        grads = self._named(flat)
        pairs = zip(_steps(bar), _steps(kept), strict=True)
        for bar_t, kept_t in pairs:
            grads["V"] += bar_t @ kept_t.T
            grads["a"] += bar_t.sum(1)
        dseen = np.matmul(self.params["V"].T, bar)
        self._through_layer(tape, dseen if mask is None else dseen * mask, grads)
        return value, outputs, flat

    def _through_layer(self, tape, dseen, grads):
        if self.kind in PER_STEP:
            back, _, _ = self.layer.unroll_backward(self._own(), tape, dseen, None, inputs=False)
        else:
            rest = [np.zeros_like(dseen) for _ in self.layer.states[1:]]
            back, _, _ = self.layer.unroll_backward(
                self._own(), tape, None, (dseen, *rest), inputs=False
            )
        for name, value in back.items():
            grads[name][...] = value

    def predict(self, x, lengths=None, batch=256):
        """Outputs for sequences x (N, T, D), as a task holds them.

        Returns:
            values (regression) or logits: (N, K), for per-step kinds (N, T, K).

        Raises:
            LayerError: x that does not fit, lengths outside 1..T.
        """
        x = np.asarray(x)
        if x.ndim != 3 or x.shape[2] != self.layer.inputs:
            raise LayerError(f"x is {x.shape}; give sequences (N, T, {self.layer.inputs})")
        if x.dtype.kind != "f" or 0 in x.shape:
            raise LayerError(f"x is {x.dtype} {x.shape}; give floats, N and T at least 1")
        lengths = None if lengths is None else np.asarray(lengths)
        if lengths is not None and lengths.shape != (len(x),):
            raise LayerError(f"lengths are {lengths.shape}; x has {len(x)} sequences, (N, T, D)")
        if lengths is not None and lengths.min() < 1:
            raise LayerError(f"lengths run down to {lengths.min()}; a sequence has at least 1 step")
        starts = range(0, len(x), batch)
        return np.concatenate(
            [self._outputs(x[k : k + batch], _part(lengths, k, batch)) for k in starts]
        )

    def _outputs(self, x, lengths):
        h, final, _ = self.layer.unroll(self._own(), self._features(x), None, lengths)
        return self._read(h if self.kind in PER_STEP else final[0])

    def evaluate(self, batch: Batch, metric):
        """(loss, metric) on a batch of any size."""
        outputs = self.predict(batch.x, batch.lengths)
        value, _ = self.loss(outputs, batch.y, batch.lengths)
        return value, metric.score(outputs, batch.y, batch.lengths)

    def states_over_time(self, x):
        """Every named value of the step for one sequence x (T, D): {name: (T, H)}.

        Gates, states and whatever else the step gives a name to; for looking inside.
        """
        return self.layer.look(self._own(), x)

    # -- memory ----------------------------------------------------------------------------

    def _named(self, flat):
        views, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            views[name] = flat[at : at + size].reshape(shape)
            at += size
        return views

    def _own(self):
        return {name: self.params[name] for name in self.layer.shapes}

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
            about["kind"], dtype=about["dtype"], backend=backend,
        )  # fmt: skip
        saving.check(path, about, arrays, network)
        for name, value in arrays.items():
            network.params[name][...] = value
        return network


def _steps(array):
    """(T, F, B) as its steps, (F, B) as its only one."""
    return array if array.ndim == 3 else [array]


def _part(lengths, start, size):
    return None if lengths is None else lengths[start : start + size]


def _mask(shape, share, rng, dtype):
    """0 for a share of the elements, 1/(1 - share) for the others; None for no dropout."""
    if share == 0:
        return None
    return (rng.random(shape, np.float32) >= share).astype(dtype) / dtype.type(1 - share)


def _dropped(x, share, rng):
    mask = _mask(x.shape, share, rng, x.dtype)
    return x if mask is None else x * mask
