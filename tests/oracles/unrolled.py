"""A cell's own ``step`` called in a plain loop, with NumPy arrays or torch tensors."""


class Parameters(dict):
    """Parameters by attribute and by name, vectors as columns: what ``p`` is inside a step."""

    def __init__(self, params):
        super().__init__((k, v[:, None] if v.ndim == 1 else v) for k, v in params.items())

    __getattr__ = dict.__getitem__


def unroll(step, params, x, state, lengths, xp):
    """Outputs and final states of a cell, one call of ``step`` per time step.

    Args:
        step: bound method, step(p, x (D, B), *states (H, B)) -> the new states, or h alone.
        x: (T, B, D). state: tuple of (B, H). lengths: (B,), of integers.
        xp: numpy or torch, whichever made the arrays.

    Returns:
        y, a list of T arrays (B, H), zero past a sequence's end; and the final states, held there.
    """
    p, states, y = Parameters(params), tuple(s.T for s in state), []
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
        case: a ``comparison.Case``; its params, x and state are not looked at, only their names.
        arrays: the point, {"W_i": ..., "x": ..., "state 0": ...}, as ``Case.arrays`` gives them.
    """
    params = {name: arrays[name] for name in case.params}
    state = tuple(arrays[f"state {k}"] for k in range(len(case.state)))
    y, final = unroll(step, params, arrays["x"], state, case.lengths, xp)
    pairs = [*zip(case.dy, y, strict=True), *zip(case.dfinal, final, strict=True)]
    return sum((xp.asarray(weight) * value).sum() for weight, value in pairs)
