"""Unrolling over time with the NumPy rendering: plain loops over the two derived functions.

In a ragged batch, each step is computed only for the columns of sequences that are still running,
so padding is never read.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from gatelab.variants.language.parameters import kind

from ...errors import LayerError
from ..text.array_code import functions


@dataclass
class ArrayTape:
    """The values that the backward pass needs: inputs, states and saved values of every step."""

    p: Any
    x: np.ndarray
    lengths: np.ndarray | None
    noise: dict
    states: list
    saved: list


class ArrayBackend:
    """One program unrolled by NumPy; arrays are feature-major: x (T, D, B), states (H, B).

    Attributes:
        own: the cell's own backward, or None to use the derived one.
    """

    own: Any = None

    def __init__(self, program, hidden, dtype):
        self.program, self.dtype = program, dtype
        self.step: Any
        self.step_back: Any
        self.step, self.step_back = functions(program)

    def bring(self, own):
        """Use a cell's own ``backward`` instead of the derived one; the compiled loop cannot.

        Args:
            own: function (p, d, x, *states, *gradients of the new states) -> (dx, *gradients of
                the old states) that adds the gradients of the parameters to d.
        """
        self.own, self.step_back = own, _as_derived(own, self.program.states)

    def forward(self, params, hypers, x, state, lengths, noise=()):
        """Run the cell over a batch of sequences.

        Args:
            params: {parameter: array}.
            hypers: {hyperparameter: number}.
            x: inputs, (T, D, B).
            state: initial states, (H, B) each.
            lengths: number of valid steps per sequence, (B,), or None if all have T.
            noise: an array (T, H, B), or (1, H, B) for all steps, per name in ``program.noise``.

        Returns:
            Outputs (T, H, B), final states (H, B) each, and the tape.
        """
        noise = dict(zip(self.program.noise, noise, strict=True))
        params = {name: np.array(value) for name, value in params.items()}
        tape = ArrayTape(namespace(params, hypers), x.copy(), lengths, noise, [], [])
        h = np.zeros((len(x), *state[0].shape), self.dtype)
        for t in range(len(x)):
            on = _running(lengths, t)
            p = _with_noise(tape, t, on)
            new, saved = self.step(p, x[t][:, on], *(s[:, on] for s in state))
            tape.states.append(state)
            tape.saved.append(saved)
            state = _put(state, on, new)
            h[t][:, on] = new[0]
        return h, state, tape

    def backward(self, tape, dh, dstate, inputs):
        """Run backpropagation through time.

        Args:
            tape: from ``forward``.
            dh: dL/d(outputs), (T, H, B), or None for zero.
            dstate: dL/d(final states), (H, B) each.
            inputs: whether to return the gradient of x.

        Returns:
            {parameter: gradient}, dx (T, D, B) or None, and gradients of the initial states,
            (H, B) each.
        """
        d = Named(**{k: np.zeros_like(v) for k, v in vars(tape.p).items()})
        dx = np.zeros_like(tape.x)
        for t in reversed(range(len(tape.x))):
            on = _running(tape.lengths, t)
            bars = [s[:, on] for s in dstate]
            if dh is not None:
                bars[0] = bars[0] + dh[t][:, on]
            states = (s[:, on] for s in tape.states[t])
            p, x = _with_noise(tape, t, on), tape.x[t][:, on]
            dx[t][:, on], old = self.step_back(p, d, x, *states, tape.saved[t], *bars)
            dstate = _put(dstate, on, old)
        grads = {
            n: np.squeeze(getattr(d, n), 1) for n in self.program.parameters if kind(n).is_vector
        }
        whole = {n: getattr(d, n) for n in self.program.parameters if n not in grads}
        grads = {n: (whole | grads)[n] for n in self.program.parameters}
        return grads, dx if inputs else None, dstate


def _as_derived(own, states):
    """A cell's own backward with the arguments and results of a derived one."""
    n = len(states)

    def step_back(p, d, x, *rest):
        # Copies, so that statements like ``dc += ...`` do not change the tape.
        arrays = [np.array(a) for a in (x, *rest[:n], *rest[n + 1 :])]
        wanted = [a.shape for a in arrays[: n + 1]]
        result = own(p, d, *arrays)
        if not isinstance(result, tuple) or [np.shape(r) for r in result] != wanted:
            names = ", ".join(f"d{name}" for name in states)
            raise LayerError(f"a cell's own backward has to return (dx, {names}), shaped {wanted}")
        return result[0], result[1:]

    return step_back


class Named(SimpleNamespace):
    """``p`` and ``d`` with arrays: ``p.W_i`` is ``p["W_i"]``, as in a step."""

    def __getattr__(self, name):
        raise AttributeError(f"the step has no use for {name}; it uses {', '.join(vars(self))}")

    def __getitem__(self, name):
        return getattr(self, name)

    def __setitem__(self, name, value):
        setattr(self, name, value)


def namespace(params, hypers, noise=()):
    """The ``p`` of a step: matrices as they are, vectors as columns, hyperparameters, noise.

    Args:
        params: {name: array}.
        hypers: {name: number}.
        noise: {name: array}; a leading underscore distinguishes noise from hyperparameters.
    """
    columns = {k: v[:, None] if kind(k).is_vector else v for k, v in params.items()}
    return Named(**columns, **hypers, **{f"_{k}": v for k, v in dict(noise).items()})


def _with_noise(tape, t, on):
    """The step's ``p``, with the noise of step t."""
    if not tape.noise:
        return tape.p
    drawn = {f"_{name}": a[t if len(a) > 1 else 0][:, on] for name, a in tape.noise.items()}
    return Named(**vars(tape.p), **drawn)


def _running(lengths, t):
    """The columns that are still running at step t."""
    return slice(None) if lengths is None else np.flatnonzero(t < lengths)


def _put(old, on, new):
    """Copies of the states with the running columns replaced."""
    kept = tuple(np.array(s) for s in old)
    for array, value in zip(kept, new, strict=True):
        array[:, on] = value
    return kept
