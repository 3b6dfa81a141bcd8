"""Functions of all units of a sequence, in a compiled loop, computed in place.

Arrays are flat, (H * B): row after row, a unit's values for all sequences.
"""

from numba import njit

from gatelab.variants.language.operations import EPSILON

from .columns import over_columns
from .options import INNER

A, Y, DEVIATION = 0, 1, 2


def _mean(c, rows):
    (mean,) = c.means(rows, lambda r: c.load(A, r))
    c.each(rows, lambda r: c.store(mean, A, r))


def _layer_norm(c, rows):
    """Squares are taken of what is centred, so that nothing cancels."""
    (mean,) = c.means(rows, lambda r: c.load(A, r))
    centred = lambda r: c.b.fsub(c.load(A, r), mean)

    def square(r):
        value = centred(r)
        return c.b.fmul(value, value)

    (variance,) = c.means(rows, square)
    deviation = c.sqrt(c.b.fadd(variance, c.constant(EPSILON)))
    c.store(deviation, DEVIATION)
    scale = c.b.fdiv(c.constant(1.0), deviation)
    c.each(rows, lambda r: c.store(c.b.fmul(centred(r), scale), A, r))


def _layer_norm_back(c, rows):
    product = lambda r: c.b.fmul(c.load(A, r), c.load(Y, r))
    mean, along = c.means(rows, lambda r: c.load(A, r), product)
    scale = c.b.fdiv(c.constant(1.0), c.load(DEVIATION))

    def send(r):
        left = c.b.fsub(c.b.fsub(c.load(A, r), mean), c.b.fmul(c.load(Y, r), along))
        c.store(c.b.fmul(left, scale), A, r)

    c.each(rows, send)


_means, _norms, _norms_back = map(over_columns, (_mean, _layer_norm, _layer_norm_back))


@njit(**INNER)
def mean(a, B):
    """a = the mean over its units, repeated for every unit."""
    _means(a, a, a, B)


@njit(**INNER)
def layer_norm(a, deviation, B):
    """a = (a - mean(a)) / deviation(a), and that deviation, (B,)."""
    _norms(a, a, deviation, B)


@njit(**INNER)
def layer_norm_back(bar, y, deviation, B):
    """bar = (bar - mean(bar) - y * mean(bar * y)) / deviation."""
    _norms_back(bar, y, deviation, B)
