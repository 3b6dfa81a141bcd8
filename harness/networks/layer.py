"""A cell unrolled over time: forward pass, backpropagation through time, masks, initial weights."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gatelab.variants.language.parameters import kind
from gatelab.variants.language.variant import Variant, initial_values, own_backward

from ..calculus.around import NOISE
from ..calculus.program import derive
from ..errors import LayerError
from ..kernels import backend_named
from ..kernels.backends.array_backend import namespace
from ..kernels.layout.arena import Arena
from ..kernels.text.array_code import inspector
from .initialisation import initial


@dataclass
class Tape:
    """What ``forward`` stores for ``backward``; opaque to callers."""

    steps: Any
    shape: tuple[int, int, int]


class Layer:
    """One recurrent layer of any variant.

    Args:
        variant: an instance of a registered class, or the class itself for its defaults.
        inputs: D, number of inputs.
        hidden: H, number of units.
        dtype: "float32" for training, "float64" for checks.
        backend: "numba" (compiled loop) or "numpy" (the same statements as readable code).
        noise: kinds of noise in the step, "recurrent" and "zoneout"; ``forward`` then takes their
            arrays. See ``calculus.around``.
        layer_norm: whether pre-activations are normalised; see ``calculus.around``.

    Attributes:
        states: names of the states, the output first.
        noise: names of the noise arrays that ``forward`` takes, in order.
        fixed: {parameter or state: initial value} that the cell demands.

    Raises:
        LayerError: a size below 1, a dtype other than these, an unknown backend or noise.
        variants.TraceError: the variant's step cannot be traced.
    """

    def __init__(
        self, variant, inputs, hidden, dtype="float32", backend="numba", noise=(),
        layer_norm=False,
    ):  # fmt: skip
        self.variant = variant() if isinstance(variant, type) else variant
        if not isinstance(self.variant, Variant):
            raise LayerError(f"{variant!r} is not a variant; give variants.get('standard')()")
        self.inputs = positive_integer("inputs", inputs)
        self.hidden = positive_integer("hidden", hidden)
        self.dtype = _float_dtype(dtype)
        if unknown := [kind for kind in noise if kind not in NOISE]:
            raise LayerError(f"unknown noise {unknown[0]!r}; known: {', '.join(NOISE)}")
        self.layer_norm = layer_norm
        self.program = derive(self.variant, tuple(noise), layer_norm)
        self.backend: Any = backend_named(backend)(self.program, self.hidden, self.dtype)
        own = own_backward(self.variant)  # covers the plain step only
        if own and backend == "numpy" and not (noise or layer_norm):
            self.backend.bring(own)
        self.states, self.noise = self.program.states, self.program.noise
        self.fixed = initial_values(self.variant) | self.program.starts
        self.hypers = {n: self.dtype.type(getattr(self.variant, n)) for n in self.program.hypers}
        self.arena = Arena(self.dtype)

    @cached_property
    def shapes(self):
        """{parameter: shape} in the order in which the step uses them."""
        return {n: kind(n).shape(self.inputs, self.hidden) for n in self.program.parameters}

    @property
    def size(self):
        """Number of trainable parameters."""
        return sum(int(np.prod(shape)) for shape in self.shapes.values())

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters: matrices uniform in +-1/sqrt(H), the rest 0, unless the cell differs.

        Args:
            rng: a NumPy generator.
            scheme: a name in ``initialisation.SCHEMES``.
            longest: number of steps of the longest sequence, for the scheme "chrono".
            forget_bias: initial value of the biases in ``variant.forget``, instead of the cell's.

        Returns:
            {parameter: array}.

        Raises:
            LayerError: an unknown scheme; "chrono" without ``longest``.
        """
        values = initial(
            self.shapes, self.variant.forget, self.fixed, rng, scheme, longest, forget_bias
        )
        return {name: np.array(value, self.dtype) for name, value in values.items()}

    def start(self, batch):
        """The initial states, (B, H) each: zeros, unless the cell sets them."""
        return tuple(
            np.full((batch, self.hidden), self.fixed.get(s, 0.0), self.dtype) for s in self.states
        )

    def forward(self, params, x, state=None, lengths=None, noise=None):
        """Outputs of the cell over a batch of sequences.

        Args:
            params: {parameter: array}, as from ``init``.
            x: (T, B, D), float.
            state: initial states, tuple of (B, H); None for the cell's own (zeros by default).
            lengths: (B,) integers, valid steps of each sequence; None if all are T long. 0 means
                that a sequence read in pieces ended in an earlier piece.
            noise: {name: (T, B, H), or (1, B, H) for noise that all steps share}, for each name
                in the attribute ``noise``.

        Returns:
            y (T, B, H), zero past a sequence's end; the final states, tuple of (B, H), those at
            each sequence's last valid step; the tape for ``backward``.

        Raises:
            LayerError: an array of the wrong shape, lengths outside 0..T, x that is not float.
        """
        x = self._checked(x)
        state = self._states("state", state, x.shape[1])
        arrays = {name: np.asarray(a, self.dtype) for name, a in (noise or {}).items()}
        arrays = {name: a.swapaxes(-1, -2) if a.ndim > 1 else a for name, a in arrays.items()}
        h, final, tape = self.unroll(params, x.transpose(0, 2, 1), state, lengths, arrays)
        return self._batch_major(h), _transposed(final), tape

    def backward(self, params, tape, dy, dfinal=None):
        """Gradients of a loss through the unrolled cell.

        Goes backwards in time and adds the loss's gradient at each step to the one that arrives
        from later steps.

        Args:
            params: as given to ``forward``.
            tape: what ``forward`` returned.
            dy: (T, B, H), the loss's gradient with respect to the outputs; None for zeros.
            dfinal: tuple of (B, H), with respect to the final states; None for zeros.

        Returns:
            grads, {parameter: array}; dx (T, B, D); dstate, tuple of (B, H), with respect to the
            initial states.

        Raises:
            LayerError: dy or dfinal of the wrong shape.

        Werbos (1990), Proc. IEEE 78(10).
        """
        T, B, _ = tape.shape
        if dy is not None:
            dy = np.asarray(dy, self.dtype)
            if dy.shape != (T, B, self.hidden):
                raise LayerError(f"dy is {dy.shape}; the outputs are {(T, B, self.hidden)}")
            dy = dy.transpose(0, 2, 1)
        if dfinal is not None:
            dfinal = self._states("dfinal", dfinal, B)
        grads, dx, dstate = self.unroll_backward(params, tape, dy, dfinal)
        return grads, self._batch_major(dx), _transposed(dstate)

    def unroll(self, params, x, state=None, lengths=None, noise=None):
        """``forward`` in the engine's order of axes: x (T, D, B), h (T, H, B), states (H, B)."""
        T, _, B = x.shape
        lengths = self._lengths(lengths, T, B)
        if lengths is not None:  # np.where, not a product: padding may hold NaN
            x = np.where(np.arange(T)[:, None, None] < lengths, x, 0)
        state = _transposed(self.start(B)) if state is None else state
        params, drawn = self._params(params), self._noise(noise or {}, T, B)
        h, final, steps = self.backend.forward(params, self.hypers, x, state, lengths, drawn)
        return h, final, Tape(steps, (T, B, self.inputs))

    def unroll_backward(self, params, tape, dh, dfinal=None, inputs=True):
        """``backward`` in the engine's order of axes; dx is None where ``inputs`` is False."""
        B = tape.shape[1]
        zeros = np.zeros((self.hidden, B), self.dtype)
        dstate = tuple(zeros for _ in self.states) if dfinal is None else dfinal
        return self.backend.backward(tape.steps, dh, dstate, inputs)

    def named_values(self, params, x, zoneout=0.0):
        """Values of all variables of the step along one sequence, for figures.

        Args:
            params: {parameter: array}.
            x: (T, D).
            zoneout: the rate, by which a prediction mixes old and new states.

        Returns:
            {name: (T, H)} of every value that the step names, and of the states.
        """
        program = derive(self.variant, ("zoneout",) if zoneout else (), self.layer_norm)
        p = namespace(params, self.hypers, dict.fromkeys(program.noise, zoneout))
        step: Any = inspector(program)
        state, rows = tuple(s.T for s in self.start(1)), []
        for x_t in np.asarray(x, self.dtype):
            state, named = step(p, x_t[:, None], *state)
            rows.append(named | dict(zip(self.states, state, strict=True)))
        return {name: np.concatenate([row[name].T for row in rows]) for name in rows[0]}

    def _batch_major(self, array):
        """A copy of an array (T, F, B), in the order (T, B, F)."""
        T, F, B = array.shape
        out = self.arena.split([(T, B, F)])[0]
        out[:] = array.transpose(0, 2, 1)
        return out

    def _checked(self, x):
        x = np.asarray(x)
        if x.dtype.kind != "f":
            raise LayerError(f"x is {x.dtype}; give floats, (T, B, {self.inputs})")
        if x.ndim != 3 or x.shape[2] != self.inputs or 0 in x.shape:
            raise LayerError(f"x is {x.shape}; give (T, B, {self.inputs}) with T, B >= 1")
        return x.astype(self.dtype, copy=False)

    def _states(self, what, state, batch):
        if state is None:
            return None
        state = tuple(np.asarray(s, self.dtype) for s in state)
        shape = (batch, self.hidden)
        if len(state) != len(self.states) or any(s.shape != shape for s in state):
            got = [s.shape for s in state]
            raise LayerError(
                f"{what} is {got}; give {len(self.states)} arrays {shape}: {', '.join(self.states)}"
            )
        return _transposed(state)

    def _lengths(self, lengths, T, B):
        if lengths is None:
            return None
        lengths = np.asarray(lengths)
        if lengths.shape != (B,) or lengths.dtype.kind not in "iu":
            raise LayerError(f"lengths are {lengths.dtype} {lengths.shape}; give ({B},) integers")
        if lengths.min() < 0 or lengths.max() > T:
            raise LayerError(
                f"lengths run from {lengths.min()} to {lengths.max()}; x has {T} steps, so 0..{T}"
            )
        return None if lengths.min() == T else lengths

    def _noise(self, noise, T, B):
        """The arrays of noise, checked, in the program's order."""
        if noise.keys() != set(self.noise):
            raise LayerError(f"noise is {sorted(noise)}; give {', '.join(self.noise) or 'none'}")
        drawn = [np.ascontiguousarray(noise[name], self.dtype) for name in self.noise]
        for name, array in zip(self.noise, drawn, strict=True):
            if array.shape not in ((T, self.hidden, B), (1, self.hidden, B)):
                raise LayerError(
                    f"noise {name} is {array.shape} in the order (T, H, B); give "
                    f"{(T, self.hidden, B)}, or {(1, self.hidden, B)} for all steps"
                )
        return drawn

    def _params(self, params):
        shapes = self.shapes
        if params.keys() != shapes.keys():
            odd = ", ".join(sorted(params.keys() ^ shapes.keys()))
            raise LayerError(f"params do not fit {self.variant}: {odd} missing or unknown")
        for name, shape in shapes.items():
            if np.shape(params[name]) != shape:
                raise LayerError(f"{name} is {np.shape(params[name])}; it should be {shape}")
        return params


def _transposed(states):
    return tuple(np.ascontiguousarray(s.T) for s in states)


def positive_integer(name, value):
    """``value`` as an int; LayerError, naming it, if it is not a whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise LayerError(f"{name} is {value!r}; give a whole number of at least 1")
    return int(value)


def _float_dtype(dtype):
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found not in (np.dtype("float32"), np.dtype("float64")):
        raise LayerError(f"dtype is {dtype!r}; give float32 or float64")
    return found
