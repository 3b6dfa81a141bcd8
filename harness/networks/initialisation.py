"""Initial values of parameters.

The first of these that sets a parameter decides: a requested forget bias, chrono's gate biases,
the cell's own demands, the scheme.
"""

import numpy as np

from gatelab.variants.language.parameters import kind

from ..calculus.program import derive
from ..errors import LayerError
from .draws import Draws


def uniform(shape, rng):
    """Uniform in +-1/sqrt(H), as in torch's recurrent layers."""
    bound = 1 / np.sqrt(shape[0])
    return rng.uniform(-bound, bound, shape)


def glorot(shape, rng):
    """Uniform with variance 2 / (fan in + fan out), the fans being those of a single gate's matrix.

    Glorot, Bengio (2010), AISTATS.
    """
    bound = np.sqrt(6 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def orthogonal(shape, rng):
    """Orthonormal rows or columns (whichever are fewer), uniformly distributed.

    Saxe, McClelland, Ganguli (2014), arXiv:1312.6120; signs after Mezzadri (2007),
    arXiv:math-ph/0609050.
    """
    Q, R = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    Q = Q * np.where(np.diag(R) < 0, -1, 1)
    return Q if shape[0] >= shape[1] else Q.T


def identity(shape, rng):
    """Ones on the diagonal: each unit keeps its value from step to step.

    Le, Jaitly, Hinton (2015), arXiv:1504.00941 (the IRNN).
    """
    return np.eye(*shape)


def linear(shape, rng):
    """Uniform in +-1/sqrt(columns), as in torch's linear maps."""
    bound = 1 / np.sqrt(shape[1])
    return rng.uniform(-bound, bound, shape)


#: Initialisers of a single matrix; a cell may demand one of these in a class attribute.
MATRICES = {
    "uniform": uniform,
    "glorot": glorot,
    "orthogonal": orthogonal,
    "identity": identity,
}
#: Per scheme, the initialisers of input (W) and recurrent (R) matrices; chrono only sets biases.
SCHEMES = {
    "uniform": {"W_": "uniform", "R_": "uniform"},
    "glorot": {"W_": "glorot", "R_": "glorot"},
    "orthogonal": {"W_": "glorot", "R_": "orthogonal"},
    "identity": {"W_": "glorot", "R_": "identity"},
    "chrono": {"W_": "uniform", "R_": "uniform"},
}


def forget_biases(variant):
    """The biases that a ``forget_bias`` sets: those of ``variant.forget`` that its step has."""
    return [name for name in variant.forget if name in derive(variant).parameters]


def initial(shapes, forget, demanded, rng, scheme="uniform", longest=None, forget_bias=None):
    """Initial parameters of a layer.

    Each parameter is drawn from a stream with its own name, so that cells with a parameter of the
    same name and shape (W_i of the LSTMs) start from the same values.

    Args:
        shapes: {parameter: shape}.
        forget: {bias: +1 or -1}, the biases that control forgetting: +1 if a larger bias keeps
            more of the state, -1 if it keeps less.
        demanded: {parameter: number, (low, high) of a uniform range, or a name in ``MATRICES``}.
        rng: draws the root of the streams.
        scheme: a name in ``SCHEMES``.
        longest: number of steps of the longest sequence; chrono needs it.
        forget_bias: initial value of the biases in ``forget``, multiplied by their signs.

    Returns:
        {parameter: array}. Parameters other than W_* and R_* are 0 unless set as above.

    Raises:
        LayerError: an unknown scheme; chrono without ``longest``.
    """
    if scheme not in SCHEMES:
        raise LayerError(f"unknown init {scheme!r}; known: {', '.join(SCHEMES)}")
    stream = Draws.from_rng(rng)
    starts = dict(demanded)
    if forget_bias is not None:
        starts |= {name: sign * forget_bias for name, sign in forget.items()}
    elif scheme == "chrono":
        starts |= chrono(shapes, forget, longest, stream)
    default = SCHEMES[scheme]
    return {
        name: _start(starts.get(name, default.get(kind(name).prefix, 0.0)), shape, stream(name))
        for name, shape in shapes.items()
    }


def chrono(shapes, forget, longest, stream):
    """Forget biases log U[1, longest - 1]: time constants from one step to the whole sequence.

    Where a cell has an input gate beside the forget gate, b_i = -b_f.

    Tallec, Ollivier (2018), arXiv:1804.11188, section 2.2.
    """
    if longest is None:
        raise LayerError(
            "init 'chrono' needs the number of steps of the longest sequence; give longest"
        )
    last = max(longest - 1, 1)
    biases = {
        name: sign * np.log(stream(name).uniform(1, last, shapes[name]))
        for name, sign in forget.items()
        if name in shapes
    }
    if "b_f" in biases and "b_i" in shapes:
        biases["b_i"] = -biases["b_f"]
    return biases


def _start(value, shape, rng):
    """An initial array: from an initialiser's name, a (low, high) range or a number."""
    if isinstance(value, str):
        return MATRICES[value](shape, rng)
    if isinstance(value, tuple):
        return rng.uniform(*value, shape)
    return np.broadcast_to(value, shape)
