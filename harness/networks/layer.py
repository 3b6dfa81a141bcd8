"""A cell unrolled over time: forward, backward through time, masks, initial weights."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

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
    """What ``forward`` remembers for ``backward``; opaque to callers."""

    steps: Any
    shape: tuple[int, int, int]


class Layer:
    """One recurrent layer of any variant.

    Args:
        variant: an instance of a registered class (or a class: its defaults).
        inputs: D, size of x; hidden: H, number of units.
        dtype: "float32" for training, "float64" for checks.
        backend: "numba" (compiled loop) or "numpy" (readable twin).
        noise: "recurrent" and "zoneout" make room for noise around the step, which ``forward``
            is then given; layer_norm: normalise pre-activations; see ``calculus.around``.

    Attributes:
        noise: names of the arrays of noise that ``forward`` takes, in order.

    Raises:
        LayerError: sizes below 1, a dtype that is not a float, an unknown backend or noise.
        variants.TraceError: the variant's step cannot be traced.
    """

    def __init__(
        self, variant, inputs, hidden, dtype="float32", backend="numba", noise=(),
        layer_norm=False,
    ):  # fmt: skip
        self.variant = variant() if isinstance(variant, type) else variant
        if not isinstance(self.variant, Variant):
            raise LayerError(f"{variant!r} is not a variant; give variants.get('standard')()")
        self.inputs, self.hidden = size("inputs", inputs), size("hidden", hidden)
        self.dtype = _float(dtype)
        if odd := [kind for kind in noise if kind not in NOISE]:
            raise LayerError(f"unknown noise {odd[0]!r}; known: {', '.join(NOISE)}")
        self.layer_norm = layer_norm
        self.program = derive(self.variant, tuple(noise), layer_norm)
        self.backend: Any = backend_named(backend)(self.program, self.hidden, self.dtype)
        own = own_backward(self.variant)
        if own and backend == "numpy" and not (noise or layer_norm):  # it knows the bare step only
            self.backend.bring(own)
        self.states, self.noise = self.program.states, self.program.noise
        self.fixed = initial_values(self.variant) | self.program.starts
        self.hypers = {n: self.dtype.type(getattr(self.variant, n)) for n in self.program.hypers}
        self.arena = Arena(self.dtype)

    @cached_property
    def shapes(self):
        """{parameter: shape} in the order in which the step uses them."""
        sizes = {"W": (self.hidden, self.inputs), "R": (self.hidden, self.hidden), "s": ()}
        return {n: sizes.get(n[0], (self.hidden,)) for n in self.program.parameters}

    @property
    def size(self):
        """Number of trainable parameters."""
        return sum(int(np.prod(shape)) for shape in self.shapes.values())

    def init(self, rng, scheme="uniform", longest=None, forget_bias=None):
        """Initial parameters: matrices uniform in +-1/sqrt(H), the rest 0, or as the cell says.

        Args:
            scheme: one of ``initialisation.SCHEMES``.
            longest: steps of the longest sequence, for the scheme "chrono".
            forget_bias: where the biases in ``variant.forget`` start, instead.
        """
        values = initial(
            self.shapes, self.variant.forget, self.fixed, rng, scheme, longest, forget_bias
        )
        return {name: np.array(value, self.dtype) for name, value in values.items()}

    def start(self, batch):
        """The initial states, (B, H) each: zeros, or what the cell says."""
        return tuple(
            np.full((batch, self.hidden), self.fixed.get(s, 0.0), self.dtype) for s in self.states
        )

    def forward(self, params, x, state=None, lengths=None, noise=None):
        """Outputs of the cell over a batch of sequences.

        Args:
            x: (T, B, D). state: tuple of (B, H); None for the cell's own start,
                zeros unless it says otherwise. lengths: (B,) valid steps,
                0 for a sequence that is over already (long ones may be cut). noise: per name in
                ``noise`` an array (T, B, H), or (1, B, H) for all steps.

        Returns:
            y (T, B, H), zero past a sequence's end; final states, tuple of (B, H), held from a
            sequence's last valid step on; the tape for ``backward``.

        Raises:
            LayerError: shapes that do not fit, lengths outside 0..T, x not of a float dtype.
        """
        x = self._checked(x)
        state = self._states("state", state, x.shape[1])
        arrays = {name: np.asarray(a, self.dtype) for name, a in (noise or {}).items()}
        turned = {name: a.swapaxes(-1, -2) if a.ndim > 1 else a for name, a in arrays.items()}
        h, final, tape = self.unroll(params, x.transpose(0, 2, 1), state, lengths, turned)
        return self._batch_major(h), _transposed(final), tape

    def backward(self, params, tape, dy, dfinal=None):
        """Gradients of a loss through the unrolled cell.

        Walks time backwards, adding the loss gradient of each step to the one from its future.

        Args:
            tape: what ``forward`` remembered.
            dy: (T, B, H), the loss's gradient with respect to the outputs; None for zeros.
            dfinal: tuple of (B, H), with respect to the final states; zeros if None.

        Returns:
            grads shaped as params; dx (T, B, D); dstate, tuple of (B, H).

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
        """``forward`` in the engine's own order: x (T, D, B), h (T, H, B), states (H, B)."""
        T, _, B = x.shape
        lengths = self._lengths(lengths, T, B)
        if lengths is not None:  # select, never multiply: padding may hold NaN
            x = np.where(np.arange(T)[:, None, None] < lengths, x, 0)
        state = _transposed(self.start(B)) if state is None else state
        params, drawn = self._params(params), self._noise(noise or {}, T, B)
        h, final, steps = self.backend.forward(params, self.hypers, x, state, lengths, drawn)
        return h, final, Tape(steps, (T, B, self.inputs))

    def unroll_backward(self, params, tape, dh, dfinal=None, inputs=True):
        """``backward`` in the engine's own order; dx is None where ``inputs`` is False."""
        B = tape.shape[1]
        zeros = np.zeros((self.hidden, B), self.dtype)
        dstate = tuple(zeros for _ in self.states) if dfinal is None else dfinal
        return self.backend.backward(tape.steps, dh, dstate, inputs)

    def look(self, params, x, zoneout=0.0):
        """What the step computes along one sequence, for figures and curiosity.

        Args:
            x: (T, D). zoneout: the share of old states that a prediction mixes in.

        Returns:
            {name: (T, H)} of every value that the step gives a name to, and of the states.
        """
        program = derive(self.variant, ("zoneout",) if zoneout else (), self.layer_norm)
        p = namespace(params, self.hypers | dict.fromkeys(program.noise, zoneout))
        look: Any = inspector(program)
        state, rows = tuple(s.T for s in self.start(1)), []
        for x_t in np.asarray(x, self.dtype):
            state, named = look(p, x_t[:, None], *state)
            rows.append(named | dict(zip(self.states, state, strict=True)))
        return {name: np.concatenate([row[name].T for row in rows]) for name in rows[0]}

    def _batch_major(self, array):
        """(T, F, B) as (T, B, F), in memory of its own."""
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
        """The arrays of noise in the program's order."""
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


def size(name, value):
    """A whole number of at least 1, or a LayerError that names what it is."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise LayerError(f"{name} is {value!r}; give a whole number of at least 1")
    return int(value)


def _float(dtype):
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found not in (np.dtype("float32"), np.dtype("float64")):
        raise LayerError(
            f"dtype {dtype!r} is not a float that kernels know; give float32 or float64"
        )
    return found
