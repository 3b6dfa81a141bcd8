"""Unrolling over time with the compiled loop: pack the arguments, call it, unpack the results."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..layout.arena import Arena
from ..layout.packing import Packing
from ..text.loop_code import loop_source
from .compiled import load

OWN = 2  # arrays after the noise: deviations and extra values


@dataclass
class LoopTape:
    """The values that the backward pass needs: the arguments of ``forward`` and its results."""

    packing: Packing
    on: np.ndarray
    full: np.ndarray
    matrices: list
    arrays: list
    shared: list
    hypers: dict
    total: int


class LoopBackend:
    """One program unrolled by Numba; arrays are feature-major: x (T, D, B), states (H, B)."""

    def __init__(self, program, hidden, dtype):
        self.program, self.hidden, self.dtype = program, hidden, dtype
        self.arena, self.packings = Arena(dtype), {}

    @cached_property
    def source(self):
        """The generated text and its layout."""
        return loop_source(self.program, self.dtype.name)

    @cached_property
    def module(self):
        """The module of the two loops, which are compiled at the first call."""
        return load(self.source.text)

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
            Outputs (T, H, B), final states (H, B) each, and the tape. Outputs may be a view of the
            tape.
        """
        total, D, B = x.shape
        T = total if lengths is None else int(lengths.max())
        packing = self._packing(D)
        matrices = packing.matrices(params, hypers)
        shared = [packing.vectors(params, B), packing.numbers(params, hypers)]
        drawn = [n.reshape(len(n), self.hidden * B) for n in noise]
        drawn.append(np.array([len(n) > 1 for n in noise], np.int64))
        arrays = self.arena.split(packing.shapes(T, B))
        packing.fill(arrays, x[:T], state)
        on, full = _running(lengths, T, B)
        taken = [*arrays[:-OWN], *drawn, *arrays[-OWN:]]
        self.module.forward(T, D, self.hidden, B, on, full, *matrices, *taken, *shared)
        final = tuple(packing.history(arrays, k, B)[T].copy() for k in range(len(state)))
        h = _outputs(packing.history(arrays, 0, B)[1:], on if lengths is not None else None, total)
        return h, final, LoopTape(packing, on, full, matrices, taken, shared, hypers, total)

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
        (T, B), packing = tape.on.shape, tape.packing
        dx = self.arena.split([(tape.total, packing.D * B) if inputs else (1, 0)])[0]
        dx[T if self.program.adjoint.inputs is not None else 0 :] = 0
        work = packing.work(B)
        packing.send(work, dstate, B)
        self.module.backward(
            T, packing.D, self.hidden, B, tape.on, tape.full,
            *(np.ascontiguousarray(A.T) for A in tape.matrices), *tape.arrays, *tape.shared,
            self._loss_part(dh, tape), int(dh is not None), inputs, dx, *work,
        )  # fmt: skip
        grads, back = packing.gradients(work, tape.hypers, B), packing.received(work, B)
        return grads, dx.reshape(tape.total, packing.D, B) if inputs else None, back

    def _packing(self, D):
        if D not in self.packings:
            self.packings[D] = Packing(self.program, self.source, D, self.hidden, self.dtype)
        return self.packings[D]

    def _loss_part(self, dh, tape):
        """dL/dy of every step, (T, H * B); zero past a sequence's end."""
        T, B = tape.on.shape
        if dh is None:
            return np.zeros((1, self.hidden * B), self.dtype)
        dy = self.arena.split([(T, self.hidden, B)])[0]
        dy[:] = dh[:T]
        if not tape.full.all():
            dy[:] = np.where(tape.on[:, None, :], dy, 0)
        return dy.reshape(T, self.hidden * B)


def _running(lengths, T, B):
    """Masks: on (T, B), whether a sequence runs at a step; full (T,), whether all of them do."""
    if lengths is None:
        return np.ones((T, B), bool), np.ones(T, bool)
    on = np.arange(T)[:, None] < lengths
    return on, on.all(1)


def _outputs(history, on, total):
    """Outputs (T, H, B), zero past a sequence's end."""
    if on is None:
        return history
    h = np.zeros((total, *history.shape[1:]), history.dtype)
    h[: len(history)] = np.where(on[:, None, :], history, 0)
    return h
