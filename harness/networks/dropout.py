"""What training drops: shares of inputs, of outputs, of recurrent connections, of updates.

Every mask is drawn under a name of its own: cells that share a kind of noise share its masks,
whatever else each of them drops.
"""

from dataclasses import asdict, dataclass
from numbers import Real

import numpy as np

from ..errors import LayerError


@dataclass(frozen=True)
class Rates:
    """Shares that training drops; all 0 when predicting, but for zoneout's mean.

    Attributes:
        input: of x, per step and feature.
        output: of what each level gives, on its way up only: Zaremba et al. (2014),
            arXiv:1409.2329.
        recurrent: of the units that recurrent matrices see, one mask per sequence: Gal and
            Ghahramani (2016), arXiv:1512.05287.
        zoneout: of the states' new values, which stay what they were: Krueger et al. (2017),
            arXiv:1606.01305.

    Raises:
        LayerError: a share outside [0, 1).
    """

    input: float = 0.0
    output: float = 0.0
    recurrent: float = 0.0
    zoneout: float = 0.0

    def __post_init__(self):
        for name, share in asdict(self).items():
            called = name if name == "zoneout" else f"{name}_dropout"
            if not isinstance(share, Real) or not 0 <= float(share) < 1:
                raise LayerError(f"{called} is {share!r}; give a share, at least 0 and below 1")

    @property
    def noise(self):
        """The kinds of noise that a layer needs a place for."""
        return tuple(kind for kind in ("recurrent", "zoneout") if getattr(self, kind))


def mask(shape, share, draws, name, dtype):
    """0 for a share of the elements, 1/(1 - share) for the others; None for no dropout."""
    if share == 0 or draws is None:
        return None
    return (draws(name).random(shape, np.float32) >= share).astype(dtype) / dtype.type(1 - share)


def dropped(x, share, draws):
    """x without a share of its elements, the rest scaled up."""
    drawn = mask(x.shape, share, draws, "input", x.dtype)
    return x if drawn is None else x * drawn


def noise(layer, rates, steps, batch, draws):
    """{name: array} of the noise within a layer, (steps or 1, H, batch).

    ``draws`` None is prediction: nothing is dropped, and zoneout takes its mean.
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
