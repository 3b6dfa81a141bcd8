"""A cell's own ``step`` called in a plain loop, with NumPy arrays or torch tensors."""

import numpy as np


class Parameters(dict):
    """The ``p`` of a step: parameters by attribute and by name, vectors as columns.

    Those that have no effect, and so no value, are NaN.
    """

    def __init__(self, params, inputs=1, hidden=1):
        super().__init__((k, v[:, None] if v.ndim == 1 else v) for k, v in params.items())
        self.shapes = {"W": (hidden, inputs), "R": (hidden, hidden), "s": (), "": (hidden, 1)}

    def __missing__(self, name):
        return np.full(self.shapes.get(name[0], self.shapes[""]), np.nan)

    __getattr__ = dict.__getitem__


def unroll(step, params, x, state, lengths, xp):
    """Outputs and final states of a cell, one call of ``step`` per time step.

    Args:
        step: bound method, step(p, x (D, B), *states (H, B)) -> the new states, or h alone.
        params: {name: array}.
        x: (T, B, D).
        state: tuple of (B, H).
        lengths: (B,) integers.
        xp: the module of the arrays, numpy or torch.

    Returns:
        y, a list of T arrays (B, H), zero past a sequence's end; the states at each sequence's last
        step, (B, H) each.
    """
    p = Parameters(params, x.shape[2], state[0].shape[1])
    states, y = tuple(s.T for s in state), []
    for t in range(len(x)):
        new = step(p, x[t].T, *states)
        new = new if isinstance(new, tuple) else (new,)
        alive = xp.asarray(lengths > t)
        states = tuple(xp.where(alive, n, s) for n, s in zip(new, states, strict=True))
        y.append(xp.where(alive, states[0], 0.0).T)
    return y, tuple(s.T for s in states)


def loss(step, case, arrays, xp):
    """sum(dy * y) + sum(dfinal * final): the scalar whose gradients a backward pass returns.

    Args:
        step: as for ``unroll``.
        case: a ``comparison.Case``; of its params, x and state only the names are used.
        arrays: {"W_i": ..., "x": ..., "state 0": ...}, the point, named as by ``Case.arrays``.
        xp: the module of the arrays, numpy or torch.
    """
    params = {name: arrays[name] for name in case.params}
    state = tuple(arrays[f"state {k}"] for k in range(len(case.state)))
    y, final = unroll(step, params, arrays["x"], state, case.lengths, xp)
    pairs = [*zip(case.dy, y, strict=True), *zip(case.dfinal, final, strict=True)]
    return sum((xp.asarray(weight) * value).sum() for weight, value in pairs)
