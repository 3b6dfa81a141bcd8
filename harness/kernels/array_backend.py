"""Unrolling over time with the NumPy rendering: plain loops over the two derived functions.

Ragged batches are handled by columns: at each step only the sequences that are still running
are computed, so nothing of the padding is ever touched.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from .array_code import functions


@dataclass
class ArrayTape:
    """What the backward pass needs: inputs, states and saved values of every step."""

    p: SimpleNamespace
    x: np.ndarray
    lengths: np.ndarray | None
    states: list
    saved: list


class ArrayBackend:
    """One program unrolled by NumPy; arrays are feature-major: x (T, D, B), states (H, B)."""

    def __init__(self, program, hidden, dtype):
        self.program, self.dtype = program, dtype
        self.step: Any
        self.step_back: Any
        self.step, self.step_back = functions(program)

    def forward(self, params, hypers, x, state, lengths):
        """Outputs (T, H, B), final states, and the tape."""
        params = {name: np.array(value) for name, value in params.items()}
        tape = ArrayTape(namespace(params, hypers), x.copy(), lengths, [], [])
        h = np.zeros((len(x), *state[0].shape), self.dtype)
        for t in range(len(x)):
            on = _running(lengths, t)
            new, saved = self.step(tape.p, x[t][:, on], *(s[:, on] for s in state))
            tape.states.append(state)
            tape.saved.append(saved)
            state = _put(state, on, new)
            h[t][:, on] = new[0]
        return h, state, tape

    def backward(self, tape, dh, dstate, inputs):
        """Gradients by parameter name, dx (T, D, B) and the initial states' (H, B)."""
        d = SimpleNamespace(**{k: np.zeros_like(v) for k, v in vars(tape.p).items()})
        dx = np.zeros_like(tape.x)
        for t in reversed(range(len(tape.x))):
            on = _running(tape.lengths, t)
            bars = [s[:, on] for s in dstate]
            if dh is not None:
                bars[0] = bars[0] + dh[t][:, on]
            states = (s[:, on] for s in tape.states[t])
            x = tape.x[t][:, on]
            dx[t][:, on], old = self.step_back(tape.p, d, x, *states, tape.saved[t], *bars)
            dstate = _put(dstate, on, old)
        grads = {n: np.squeeze(getattr(d, n), 1) for n in self.program.parameters if n[0] in "pb"}
        whole = {n: getattr(d, n) for n in self.program.parameters if n not in grads}
        grads = {n: (whole | grads)[n] for n in self.program.parameters}
        return grads, dx if inputs else None, dstate


def namespace(params, hypers):
    """The ``p`` of a step: matrices as they are, vectors as columns, hyperparameters."""
    columns = {k: v[:, None] if k[:2] in ("p_", "b_") else v for k, v in params.items()}
    return SimpleNamespace(**columns, **hypers)


def _running(lengths, t):
    """The columns that are still running at step t."""
    return slice(None) if lengths is None else np.flatnonzero(t < lengths)


def _put(old, on, new):
    """The states with the running columns replaced, in arrays of their own."""
    kept = tuple(np.array(s) for s in old)
    for array, value in zip(kept, new, strict=True):
        array[:, on] = value
    return kept
