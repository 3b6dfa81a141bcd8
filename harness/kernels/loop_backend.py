"""Unrolling over time with the compiled loop: packs, calls, unpacks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .arena import Arena
from .compiled import load
from .loop_code import loop_source
from .packing import Packing


@dataclass
class LoopTape:
    """What the backward pass needs: arguments of ``forward`` and the values it left in them."""

    on: np.ndarray
    full: np.ndarray
    arrays: list
    matrices: list
    vectors: np.ndarray
    numbers: np.ndarray
    hypers: dict
    total: int
    inputs: int


class LoopBackend:
    """One program unrolled by Numba; arrays are feature-major: x (T, D, B), states (H, B)."""

    def __init__(self, program, hidden, dtype):
        self.program, self.hidden, self.dtype = program, hidden, dtype
        self.arena = Arena(dtype)

    @cached_property
    def source(self):
        """The generated text and its layout."""
        title = self.program.title
        return loop_source(self.program, self.dtype.name, title)

    @cached_property
    def module(self):
        return load(self.source.text, f"{self.program.title}_{self.dtype.name}")

    def forward(self, params, hypers, x, state, lengths):
        """Outputs (T, H, B), final states, and the tape."""
        total, D, B = x.shape
        T = total if lengths is None else int(lengths.max())
        packing = Packing(self.program, self.source, D, self.hidden)
        matrices = packing.matrices(params, hypers, self.dtype)
        vectors = packing.vectors(params, B, self.dtype)
        numbers = packing.numbers(params, hypers, self.dtype)
        arrays = self.arena.split(packing.shapes(T, B))
        packing.fill(arrays, x[:T], state)
        on, full = _running(lengths, T, B)
        tape = LoopTape(on, full, arrays, matrices, vectors, numbers, hypers, total, D)
        self.module.forward(T, D, self.hidden, B, on, full, *matrices, *arrays, vectors, numbers)
        history = packing.history(arrays, 0, B)
        final = tuple(packing.history(arrays, k, B)[T].copy() for k in range(len(state)))
        return _outputs(history[1:], on if lengths is not None else None, total), final, tape

    def backward(self, tape, dh, dstate, inputs):
        """Gradients by parameter name, dx (T, D, B) and the initial states' (H, B)."""
        T, B = tape.on.shape
        D, H = tape.inputs, self.hidden
        packing = Packing(self.program, self.source, D, H)
        dy = self._loss_part(dh, tape, T, B)
        dx = np.zeros((tape.total, D * B), self.dtype) if inputs else np.zeros((1, 0), self.dtype)
        work = packing.work(B, self.dtype)
        packing.send(work, dstate, B)
        self.module.backward(
            T, D, H, B, tape.on, tape.full, *tape.matrices, *tape.arrays, tape.vectors,
            tape.numbers, dy, int(dh is not None), inputs, dx, *work.arguments,
        )  # fmt: skip
        grads = packing.gradients(work, tape.hypers, B)
        back = packing.received(work, B)
        return grads, dx.reshape(tape.total, D, B) if inputs else None, back

    def _loss_part(self, dh, tape, T, B):
        if dh is None:
            return np.zeros((1, self.hidden * B), self.dtype)
        dh = dh[:T]
        if not tape.full.all():
            dh = np.where(tape.on[:, None, :], dh, 0)
        return np.ascontiguousarray(dh, self.dtype).reshape(T, self.hidden * B)


def _running(lengths, T, B):
    """on (T, B): which sequences run at a step; full (T,): whether all do."""
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
