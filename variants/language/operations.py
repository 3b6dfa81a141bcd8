"""The functions a step may use, on symbols, NumPy arrays, torch tensors or jax arrays alike.

Each is written with the few primitives that all array libraries share. On complex arrays they
branch on the real part, so that complex-step derivatives are exact.
"""

import sys

import numpy as np

from .symbols import Matrix, Symbol

EPSILON = 1e-5  # torch's and Keras' order of magnitude: sequences whose units agree stay finite


def _traced(op, *args):
    """The traced operation if any argument is a symbol, else None."""
    for a in args:
        if isinstance(a, (Symbol, Matrix)):
            return a.graph.elementwise(op, *args)
    return None


def _library(*args):
    """The array library of the arguments: torch, jax.numpy or NumPy."""
    for a in args:
        root = type(a).__module__.partition(".")[0]
        if root == "torch":
            return sys.modules["torch"]
        if root in ("jax", "jaxlib"):
            return sys.modules["jax.numpy"]
    return np


def _real(x):
    """What a branch looks at: the real part."""
    return x.real if _is_complex(x) else x


def _is_complex(x):
    return isinstance(x, (np.ndarray, np.generic, complex)) and np.iscomplexobj(x)


def _pair(xp, a, b):
    """Both operands as arrays of one library (torch wants no plain numbers)."""
    if xp is np or xp.__name__ != "torch":
        return a, b
    like = a if isinstance(a, xp.Tensor) else b
    return tuple(v if isinstance(v, xp.Tensor) else xp.full_like(like, v) for v in (a, b))


def tanh(x):
    """Hyperbolic tangent."""
    return _first(_traced("tanh", x), lambda: _library(x).tanh(x))


def exp(x):
    """Exponential."""
    return _first(_traced("exp", x), lambda: _library(x).exp(x))


def log(x):
    """Natural logarithm."""
    return _first(_traced("log", x), lambda: _library(x).log(x))


def sqrt(x):
    """Square root."""
    return _first(_traced("sqrt", x), lambda: _library(x).sqrt(x))


def sigmoid(x):
    """1 / (1 + exp(-x)), exact for large |x| too."""
    return _first(_traced("sigmoid", x), lambda: _sigmoid(x))


def _sigmoid(x):
    e = exp(-abs_(x))
    return where(_real(x) >= 0, 1 / (1 + e), e / (1 + e))


def log_sigmoid(x):
    """log(sigmoid(x)), finite where sigmoid(x) rounds to 0."""
    return _first(_traced("log_sigmoid", x), lambda: -softplus(-x))


def softplus(x):
    """log(1 + exp(x))."""
    return _first(
        _traced("softplus", x),
        lambda: where(_real(x) >= 0, x, 0 * x) + _library(x).log1p(exp(-abs_(x))),
    )


def softsign(x):
    """x / (1 + |x|)."""
    return _first(_traced("softsign", x), lambda: x / (1 + abs_(x)))


def relu(x):
    """max(x, 0); its derivative at 0 is 0."""
    return _first(_traced("relu", x), lambda: where(_real(x) > 0, x, 0 * x))


def abs_(x):
    """|x|, exported as ``abs``. On complex arrays x or -x, by the sign of the real part.

    Python's own ``abs`` serves too, but for complex-step derivatives: there it is the modulus.
    """
    traced = _traced("abs", x)
    if traced is not None:
        return traced
    return where(_real(x) < 0, -x, x) if _is_complex(x) else _library(x).abs(x)


def maximum(a, b):
    """The larger of two, elementwise; at a tie the gradient goes to the first."""
    return _first(_traced("maximum", a, b), lambda: where((_real(a) >= _real(b)) | (a != a), a, b))


def minimum(a, b):
    """The smaller of two, elementwise; at a tie the gradient goes to the first."""
    return _first(_traced("minimum", a, b), lambda: where((_real(a) <= _real(b)) | (a != a), a, b))


def where(condition, a, b):
    """a where the condition (a comparison) holds, else b; nothing flows into the other."""
    traced = _traced("where", condition, a, b)
    if traced is not None:
        return traced
    xp = _library(condition, a, b)
    if xp is np:
        return np.where(condition, a, b)
    return xp.where(condition, *_pair(xp, a, b))


def mean(x):
    """Mean over the units, (H, B) or (H,): every unit gets the mean of its sequence's units."""
    return _first(_reduced("mean", x), lambda: _library(x).broadcast_to(x.sum(0) / len(x), x.shape))


def layer_norm(x):
    """(x - mean(x)) / deviation(x), without gain and bias.

    For these, multiply and add a vector: ``p.p_i * layer_norm(u) + p.b_i`` with ``p_i = 1.0``.

    Ba, Kiros, Hinton (2016), Layer Normalization, arXiv:1607.06450.
    """
    return _first(_reduced("layer_norm", x), lambda: (x - mean(x)) / deviation(x))


def deviation(x):
    """sqrt(mean((x - mean(x))^2) + 1e-5), over the units; of arrays."""
    centred = x - mean(x)
    return sqrt(mean(centred * centred) + EPSILON)


def layer_norm_back(bar, y, deviation):
    """The derivative of a loss with respect to x, where ``bar`` is that to y = layer_norm(x)."""
    return (bar - mean(bar) - y * mean(bar * y)) / deviation


def _reduced(op, x):
    return x.graph.reduction(op, x) if isinstance(x, (Symbol, Matrix)) else None


def _first(traced, compute):
    return compute() if traced is None else traced
