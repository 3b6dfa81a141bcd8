"""Where parameters start. Who has the last word, from first to last: a forget bias that was
asked for, chrono's biases, what the cell demands, the scheme."""

import numpy as np

from ..errors import LayerError
from .draws import Draws


def uniform(shape, rng):
    """Within +-1/sqrt(H): the scale of torch's recurrent layers."""
    bound = 1 / np.sqrt(shape[0])
    return rng.uniform(-bound, bound, shape)


def glorot(shape, rng):
    """Uniform, with variance 2 / (fan in + fan out) for each matrix of a gate by itself.

    Glorot, Bengio (2010), AISTATS.
    """
    bound = np.sqrt(6 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def orthogonal(shape, rng):
    """Orthogonal rows or columns, whichever are fewer, from the uniform distribution of such.

    Saxe, McClelland, Ganguli (2014), arXiv:1312.6120; the signs as in Mezzadri (2007),
    arXiv:math-ph/0609050.
    """
    Q, R = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    Q = Q * np.where(np.diag(R) < 0, -1, 1)
    return Q if shape[0] >= shape[1] else Q.T


def identity(shape, rng):
    """Ones on the diagonal: a unit hands on what it holds.

    Le, Jaitly, Hinton (2015), arXiv:1504.00941 (the IRNN).
    """
    return np.eye(*shape)


def linear(shape, rng):
    """Within +-1/sqrt(columns), as torch's linear maps."""
    bound = 1 / np.sqrt(shape[1])
    return rng.uniform(-bound, bound, shape)


#: How a single matrix may start; a cell demands one of these by a class attribute.
MATRICES = {
    "uniform": uniform,
    "glorot": glorot,
    "orthogonal": orthogonal,
    "identity": identity,
}
#: How all start, those for x and the recurrent ones; chrono changes biases only.
SCHEMES = {
    "uniform": {"W": "uniform", "R": "uniform"},
    "glorot": {"W": "glorot", "R": "glorot"},
    "orthogonal": {"W": "glorot", "R": "orthogonal"},
    "identity": {"W": "glorot", "R": "identity"},
    "chrono": {"W": "uniform", "R": "uniform"},
}


def initial(shapes, forget, demanded, rng, scheme="uniform", longest=None, forget_bias=None):
    """{parameter: array} of a layer; what nobody mentions starts at 0.

    Each parameter is drawn from a stream of its own name, so that cells which share a matrix
    (W_i of the LSTMs) start with the same one.

    Args:
        shapes: {parameter: shape}.
        forget: biases that open the forget gate, each with its sign.
        demanded: {parameter: a number, a range to draw from or one of ``MATRICES``}.
        longest: steps of the longest sequence; chrono needs it.
        forget_bias: where the biases of ``forget`` start, times their sign.

    Raises:
        LayerError: an unknown scheme; chrono without ``longest``.
    """
    if scheme not in SCHEMES:
        raise LayerError(f"unknown init {scheme!r}; known: {', '.join(SCHEMES)}")
    stream = Draws.by(rng)
    starts = dict(demanded)
    if forget_bias is not None:
        starts |= {name: sign * forget_bias for name, sign in forget.items()}
    elif scheme == "chrono":
        starts |= chrono(shapes, forget, longest, stream)
    default = SCHEMES[scheme]
    return {
        name: _start(starts.get(name, default.get(name[0], 0.0)), shape, stream(name))
        for name, shape in shapes.items()
    }


def chrono(shapes, forget, longest, stream):
    """Forget biases log U[1, longest - 1]: memories that last from one step to all of them.

    An input gate of its own starts as closed as the forget gate is open.

    Tallec, Ollivier (2018), arXiv:1804.11188, section 2.2.
    """
    if longest is None:
        raise LayerError("init 'chrono' needs the steps of the longest sequence; give longest")
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
    """An array that starts as ``value`` says."""
    if isinstance(value, str):
        return MATRICES[value](shape, rng)
    if isinstance(value, tuple):
        return rng.uniform(*value, shape)
    return np.broadcast_to(value, shape)
