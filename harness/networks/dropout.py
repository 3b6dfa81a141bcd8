"""Noise for training: dropout of inputs, outputs and recurrent connections, zoneout, Gaussian.

Each mask is drawn from a stream with its own name. Two cells that use the same kind of noise
therefore get the same masks, whatever other noise either of them uses.
"""

from dataclasses import asdict, dataclass
from numbers import Real

import numpy as np

from ..errors import LayerError


@dataclass(frozen=True)
class Rates:
    """Probabilities of dropping. A prediction drops nothing, but uses the mean of zoneout.

    Attributes:
        input: drops features of x, independently at each step.
        output: drops outputs of a level on their way to the next level or the readout, never on
            their way to the next step: Zaremba et al. (2014), arXiv:1409.2329.
        recurrent: drops units before the recurrent matrices, with one mask per sequence: Gal and
            Ghahramani (2016), arXiv:1512.05287.
        zoneout: keeps units of the states at their previous values: Krueger et al. (2017),
            arXiv:1606.01305.
        input_noise: a standard deviation: Gaussian noise is added to what the lowest level reads,
            x or its embedding, as in Greff et al. (2017), arXiv:1503.04069. It follows dropout.

    Raises:
        LayerError: a rate outside [0, 1), a standard deviation below 0.
    """

    input: float = 0.0
    output: float = 0.0
    recurrent: float = 0.0
    zoneout: float = 0.0
    input_noise: float = 0.0

    def __post_init__(self):
        for name, rate in asdict(self).items():
            dropout = name in ("input", "output", "recurrent")
            most = np.inf if name == "input_noise" else 1
            if not isinstance(rate, Real) or not 0 <= float(rate) < most:
                setting = f"{name}_dropout" if dropout else name
                wanted = "a share, at least 0 and below 1" if most == 1 else "a number from 0 up"
                raise LayerError(f"{setting} is {rate!r}; give {wanted}")

    @property
    def noise(self):
        """The kinds of noise that are part of a layer's step."""
        return tuple(kind for kind in ("recurrent", "zoneout") if getattr(self, kind))


def mask(shape, rate, draws, name, dtype):
    """An inverted dropout mask: 0 with probability ``rate``, else 1/(1 - rate).

    Returns:
        an array of the given shape; None if nothing is to be dropped.
    """
    if rate == 0 or draws is None:
        return None
    return (draws(name).random(shape, np.float32) >= rate).astype(dtype) / dtype.type(1 - rate)


def drop_inputs(x, rate, draws):
    """x after dropout: dropped elements are 0, the others are scaled up by 1/(1 - rate)."""
    drawn = mask(x.shape, rate, draws, "input", x.dtype)
    return x if drawn is None else x * drawn


def add_noise(x, deviation, draws):
    """x plus Gaussian noise of a standard deviation; x itself for none, and for a prediction.

    One-hot symbols get it, too, unless an embedding reads them: then their embeddings do.
    """
    if deviation == 0 or draws is None:
        return x
    drawn = draws("input noise").standard_normal(x.shape, np.float32).astype(x.dtype, copy=False)
    return x + x.dtype.type(deviation) * drawn


def noise(layer, rates, steps, batch, draws):
    """The arrays of noise that enter a layer's step.

    Args:
        draws: the random streams, ``draws.Draws``; None for a prediction, which drops nothing
            and replaces the zoneout masks by their mean.

    Returns:
        {name: array (steps, H, batch), or (1, H, batch) for noise that all steps share}.
    """
    arrays = {}
    for name in layer.noise:
        if draws is None:
            value = 1 if name == "recurrent" else rates.zoneout
            arrays[name] = np.full((1, layer.hidden, batch), value, layer.dtype)
        elif name == "recurrent":
            shape = (1, layer.hidden, batch)
            arrays[name] = mask(shape, rates.recurrent, draws, name, layer.dtype)
        else:
            kept = draws(name).random((steps, layer.hidden, batch), np.float32) < rates.zoneout
            arrays[name] = kept.astype(layer.dtype)
    return arrays
