"""Checks of numerical range in float32: closed and open gates, tiny and large numbers.

A check yields triples: (where, {description: found array}, None). Found arrays must be finite.
"""

import numpy as np

from gatelab.variants.language.parameters import kind

from .case import B, D, H, Problem, T, run

#: Sizes of the pre-activation of a gate, from nearly linear to saturated.
LOGITS = (1e-4, 1e-2, 1.0, 10.0, 60.0)
SMALL = 0.1  # size of the parameters that do not contribute to the logit


def finite(case):
    """Outputs and gradients at logits of many sizes, caused by x, by biases, by h or by all."""
    for name in ("numpy", "numba"):
        layer, rng = case.layer("float32", name), np.random.default_rng(0)
        for logit in LOGITS:
            for source in SOURCES:
                where = f"{name}, logits of +-{logit:g} from {source}"
                yield where, run(layer, _problem(layer, source, logit, rng)), None


def _problem(layer, source, logit, rng):
    """Signs are random per unit and equal in all columns of a matrix: no terms cancel."""
    sizes, size_of_x = SOURCES[source](logit)
    start = layer.init(rng)
    params = {
        n: _param(start[n], n in layer.fixed, sizes.get(kind(n).prefix, min(logit, SMALL)), rng)
        for n in layer.shapes
    }
    x = np.repeat(_signs(rng, T, B, 1), D, axis=2) * size_of_x
    dy, dfinal = rng.normal(size=(T, B, H)), tuple(rng.normal(size=(B, H)) for _ in layer.states)
    return Problem(params, x, layer.start(B), None, dy, dfinal)


def _param(start, fixed, size, rng):
    """A parameter around the cell's prescribed initial value, or around zero if there is none."""
    signs = _signs(rng, *start.shape[:1], *(1,) * (start.ndim - 1))
    return np.asarray(start * fixed + size * signs * np.ones(start.shape))


def _signs(rng, *shape):
    return rng.choice([-1.0, 1.0], size=shape)


#: {source of the logit: logit -> ({prefix: size of the parameters}, size of x)}.
SOURCES = {
    "weights of x": lambda logit: ({"W_": logit / D}, 1.0),
    "x": lambda logit: ({"W_": 1 / D}, logit),
    "weights of h": lambda logit: ({"R_": logit / H}, 1.0),
    "biases": lambda logit: ({"b_": logit}, 1.0),
    "all": lambda logit: (dict.fromkeys(("W_", "R_", "p_", "b_"), logit / (D + H + 1)), 1.0),
}
