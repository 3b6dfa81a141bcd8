"""The step itself on plain arrays, and its derivatives by the complex-step method.

f'(a) = Im f(a + ih) / h is exact up to rounding for any tiny h. It needs no differentiation rules,
so this reference shares no code with the calculus.

Squire and Trapp (1998), SIAM Review 40(1):110-112.
"""

from typing import Any

import numpy as np

from gatelab.variants.language.parameters import kind

STEP = 1e-30


def unrolled(variant, problem):
    """Run the step in a plain loop.

    Args:
        variant: an instance of a variant.
        problem: a ``Problem``.

    Returns:
        The outputs y (T, B, H), and a list of the final states, (B, H) each.
    """
    y, final = _unroll(variant, problem)
    return np.real(y), [np.real(s) for s in final]


def by_complex_steps(variant, problem):
    """Gradients of sum(dy * y) + sum(dfinal * final), entry by entry.

    Args:
        variant: an instance of a variant.
        problem: a ``Problem``.

    Returns:
        {parameter: gradient}, dx (T, B, D), and a list of the initial states' gradients, (B, H)
        each.
    """
    loss = lambda changed: _loss(variant, changed)
    grads = {
        name: _partials(value, lambda v, n=name: loss(_with_param(problem, n, v)))
        for name, value in problem.params.items()
    }
    dx = _partials(problem.x, lambda v: loss(problem._replace(x=v)))
    dstate = [
        _partials(s, lambda v, k=k: loss(_with_state(problem, k, v)))
        for k, s in enumerate(problem.state)
    ]
    return grads, dx, dstate


def _with_param(problem, name, value):
    return problem._replace(params=problem.params | {name: value})


def _with_state(problem, number, value):
    return problem._replace(
        state=tuple(value if k == number else s for k, s in enumerate(problem.state))
    )


def _partials(array, loss):
    found = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        nudged = array.astype(complex)
        nudged[index] += 1j * STEP
        found[index] = loss(nudged).imag / STEP
    return found


def _loss(variant, problem):
    y, final = _unroll(variant, problem)
    ends = zip(problem.dfinal, final, strict=True)
    return (problem.dy * y).sum() + sum((d * s).sum() for d, s in ends)


def _unroll(variant, problem):
    p, x = _Namespace(problem), problem.x.astype(complex)
    states, y = [_real(s.astype(complex).T) for s in problem.state], []
    for t in range(len(x)):
        new = variant.step(p, _real(x[t].T), *states)
        new = new if isinstance(new, tuple) else (new,)
        on = True if problem.lengths is None else t < problem.lengths
        states = [_real(np.where(on, n, s)) for n, s in zip(new, states, strict=True)]
        y.append(np.where(on, states[0], 0).T)
    return np.stack(y), [np.asarray(s).T for s in states]


class _Namespace(dict):
    """The argument ``p`` of a step, with arrays: vectors are columns, unused parameters are NaN."""

    def __init__(self, problem):
        columns = {k: v[:, None] if v.ndim == 1 else v for k, v in problem.params.items()}
        super().__init__({k: _real(v.astype(complex)) for k, v in columns.items()})
        self.inputs, self.hidden = problem.x.shape[2], problem.state[0].shape[1]

    def __missing__(self, name):
        shape = kind(name).shape(self.inputs, self.hidden)
        return _real(np.full((*shape, 1) if kind(name).is_vector else shape, np.nan + 0j))

    def __getattr__(self, name):
        return self[name]


def _real(array):
    return np.asarray(array).view(_Real)


class _Real(np.ndarray):
    """Complex numbers in place of real ones: ``abs`` is x or -x, not the modulus.

    Like symbols, they are immutable: ``h += a`` makes a new h and leaves the old state unchanged.
    """

    __iadd__: Any = np.ndarray.__add__
    __isub__: Any = np.ndarray.__sub__
    __imul__: Any = np.ndarray.__mul__
    __itruediv__: Any = np.ndarray.__truediv__
    __ipow__: Any = np.ndarray.__pow__

    def __abs__(self):
        return _real(np.where(np.real(self) < 0, -self, self))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if ufunc is np.absolute and method == "__call__":
            return abs(inputs[0])
        plain = [np.asarray(a) if isinstance(a, _Real) else a for a in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        return _real(result) if isinstance(result, np.ndarray) else result
