"""A random problem for any cell, a layer's answer to it, and the distance between two answers."""

from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """The arguments of a forward and a backward pass, all of them non-zero.

    A gradient check that starts from a zero state cannot notice an error in the factors of that
    state.
    """

    params: dict
    x: np.ndarray  # (T, B, D)
    state: tuple  # of (B, H)
    lengths: np.ndarray  # (B,)
    dy: np.ndarray  # (T, B, H)
    dfinal: tuple  # of (B, H)

    def arrays(self):
        """{name: array} of all that a loss depends on: parameters, inputs and initial states."""
        return {**self.params, "x": self.x, **{f"state {k}": s for k, s in enumerate(self.state)}}

    def astype(self, dtype):
        cast = lambda a: np.asarray(a, dtype)
        return self._replace(
            params={name: cast(value) for name, value in self.params.items()},
            x=cast(self.x),
            state=tuple(map(cast, self.state)),
            dy=cast(self.dy),
            dfinal=tuple(map(cast, self.dfinal)),
        )


def random_case(rng, layer, inputs, lengths):
    """A case for ``layer``, drawn from normal distributions; sequences have the given lengths."""
    draw = lambda like: rng.standard_normal(np.shape(like))
    x = rng.standard_normal((max(lengths), len(lengths), inputs))
    # Added to the initial values, because a cell may need some parameters near its own.
    params = {k: np.asarray(v + 0.5 * draw(v)) for k, v in layer.init(rng).items()}
    y, final, _ = layer.forward(params, x)
    state, dfinal = tuple(map(draw, final)), tuple(map(draw, final))
    return Case(params, x, state, np.array(lengths), draw(y), dfinal)


def measure(layer, case, noise=None):
    """The results of ``layer`` on ``case``: {"y", "final 0", "d x", "d state 0", "d W_i", ...}."""
    y, final, tape = layer.forward(case.params, case.x, case.state, case.lengths, noise)
    grads, dx, dstate = layer.backward(case.params, tape, case.dy, case.dfinal)
    return {"y": y, **{f"final {k}": s for k, s in enumerate(final)}, **named(grads, dx, dstate)}


def named(grads, dx, dstate):
    """The results of a backward pass by name: those of ``Case.arrays`` with "d " in front."""
    states = {f"d state {k}": s for k, s in enumerate(dstate)}
    return {**{f"d {name}": g for name, g in grads.items()}, "d x": dx, **states}


def relative_difference(a, b):
    """max |a - b| / max |b|, so that entries near zero do not count more than others.

    Infinite if the shapes differ or any value is not finite.
    """
    if np.shape(a) != np.shape(b) or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    return np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(float).tiny)


def differences(got, want):
    """{name: relative difference}; both must have the same names."""
    assert sorted(got) == sorted(want)
    return {name: relative_difference(got[name], want[name]) for name in want}


def assert_close(got, want, tolerance):
    """Assert that all relative differences are within ``tolerance``; the message lists others."""
    too_far = {k: float(d) for k, d in differences(got, want).items() if not d <= tolerance}
    assert not too_far, f"relative differences above {tolerance}: {too_far}"
