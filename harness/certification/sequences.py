"""Checks of a batch of sequences: split in time, run one by one, shuffled, padded, repeated.

A check yields triples: (where, {description: found array}, {description: correct array}).
"""

import numpy as np

from .case import B, T, gradients, outputs, run

CUT = 2


def parts(case):
    """A sequence in two parts, with the state carried over, gives the results of the whole."""
    for name, layer in case.users():
        yield name, _in_parts(layer, case.problem), run(layer, case.problem)


def _in_parts(layer, problem):
    params, x, state, lengths, dy, dfinal = problem
    first, middle, one = layer.forward(params, x[:CUT], state, np.minimum(lengths, CUT))
    rest = np.maximum(lengths - CUT, 0)
    second, final, two = layer.forward(params, x[CUT:], middle, rest)
    late, dx_late, dmiddle = layer.backward(params, two, dy[CUT:], dfinal)
    early, dx_early, dstate = layer.backward(params, one, dy[:CUT], dmiddle)
    grads = {n: early[n] + late[n] for n in early}
    dx = np.concatenate([dx_early, dx_late])
    y = np.concatenate([first, second])
    return {**outputs(y, final, layer.states), **gradients(grads, dx, dstate, layer.states)}


def rows(case):
    """Each sequence alone gives its results in the batch; gradients of parameters add up."""
    for name, layer in case.users():
        alone = [run(layer, case.problem.rows([b])) for b in range(B)]
        yield name, _together(layer, alone), run(layer, case.problem)


def order(case):
    """A shuffled batch gives the same results in shuffled order."""
    shuffled = np.roll(np.arange(B)[::-1], 1)
    for name, layer in case.users():
        found, right = run(layer, case.problem.rows(shuffled)), run(layer, case.problem)
        yield name, found, {k: _rows(k, a, shuffled, layer) for k, a in right.items()}


def _together(layer, alone):
    """Join the results of single sequences into those of one batch."""
    return {
        name: sum(one[name] for one in alone)
        if _is_shared(name, layer)
        else np.concatenate([one[name] for one in alone], _axis(name))
        for name in alone[0]
    }


def _rows(name, array, which, layer):
    return array if _is_shared(name, layer) else np.take(array, which, _axis(name))


def _is_shared(name, layer):
    """Whether a result belongs to the whole batch, as the gradient of a parameter does."""
    return name.removeprefix("gradient of ") in layer.shapes


def _axis(name):
    """The batch axis of a result."""
    return 1 if name in ("y", "gradient of x") else 0


def padding(case):
    """Values of x and dy past the end of a sequence have no effect."""
    over = np.arange(T)[:, None] >= case.problem.lengths
    spoiled = case.problem._replace(
        x=np.where(over[..., None], np.nan, case.problem.x),
        dy=np.where(over[..., None], np.nan, case.problem.dy),
    )
    for name, layer in case.users():
        yield name, run(layer, spoiled), run(layer, case.problem)


def masks(case):
    """A masked sequence gives the states and gradients of one that was cut at its length."""
    for name, layer in case.users():
        cut = [_cut_alone(layer, case.problem, b) for b in range(B)]
        yield name, run(layer, case.problem), _together(layer, cut)


def _cut_alone(layer, problem, b):
    """The results of one sequence without padding and lengths; zero past its end."""
    one, steps = problem.rows([b]).whole(), int(problem.lengths[b])
    if not steps:
        return _untouched(layer, one)
    found = run(layer, one.cut(steps))
    for name in ("y", "gradient of x"):
        found[name] = np.pad(found[name], [(0, T - steps), (0, 0), (0, 0)])
    return found


def _untouched(layer, one):
    """The results of an empty sequence: states and their gradients pass through unchanged."""
    grads = {name: np.zeros(shape) for name, shape in layer.shapes.items()}
    back = gradients(grads, np.zeros_like(one.x), one.dfinal, layer.states)
    return {**outputs(np.zeros_like(one.dy), one.state, layer.states), **back}


def repeated(case):
    """A second run, by a new layer in other memory, gives the same bits."""
    for dtype in ("float64", "float32"):
        for name in ("numpy", "numba"):
            first = run(case.layer(dtype, name), case.problem)
            yield f"{name}, {dtype}", run(case.fresh(dtype, name), case.problem), first
