"""One random problem for any cell, what a layer makes of it, and how far apart two answers are."""

from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """Everything a forward and a backward pass are given; nothing in it is zero by chance or habit.

    A gradient check from a zero state cannot see a slip in what multiplies the state.
    """

    params: dict
    x: np.ndarray  # (T, B, D)
    state: tuple  # of (B, H)
    lengths: np.ndarray  # (B,)
    dy: np.ndarray  # (T, B, H)
    dfinal: tuple  # of (B, H)

    def arrays(self):
        """What a loss depends on: parameters, inputs and initial states, by name."""
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
    """A case for ``layer``, everything drawn normal, with sequences of the given lengths."""
    draw = lambda like: rng.standard_normal(np.shape(like))
    x = rng.standard_normal((max(lengths), len(lengths), inputs))
    # Around init, not instead of it: a cell may need some parameters where it puts them.
    params = {k: np.asarray(v + 0.5 * draw(v)) for k, v in layer.init(rng).items()}
    y, final, _ = layer.forward(params, x)
    state, dfinal = tuple(map(draw, final)), tuple(map(draw, final))
    return Case(params, x, state, np.array(lengths), draw(y), dfinal)


def measure(layer, case, noise=None):
    """All that ``layer`` says of ``case``: {"y", "final 0", "d x", "d state 0", "d W_i", ...}."""
    y, final, tape = layer.forward(case.params, case.x, case.state, case.lengths, noise)
    grads, dx, dstate = layer.backward(case.params, tape, case.dy, case.dfinal)
    return {"y": y, **{f"final {k}": s for k, s in enumerate(final)}, **named(grads, dx, dstate)}


def named(grads, dx, dstate):
    """What a backward pass returns, under the names of ``Case.arrays`` with a d before them."""
    states = {f"d state {k}": s for k, s in enumerate(dstate)}
    return {**{f"d {name}": g for name, g in grads.items()}, "d x": dx, **states}


def relative_difference(a, b):
    """max |a - b| / max |b|: relative to the array's scale, entries near zero are not singled out.

    Infinite if the shapes differ or anything is NaN.
    """
    if np.shape(a) != np.shape(b) or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    return np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(float).tiny)


def differences(got, want):
    """Relative difference of each array; both must name the same ones."""
    assert sorted(got) == sorted(want)
    return {name: relative_difference(got[name], want[name]) for name in want}


def assert_close(got, want, tolerance):
    """Every array of ``got`` within ``tolerance`` of its namesake, or say which are not."""
    too_far = {k: float(d) for k, d in differences(got, want).items() if not d <= tolerance}
    assert not too_far, f"relative differences above {tolerance}: {too_far}"
