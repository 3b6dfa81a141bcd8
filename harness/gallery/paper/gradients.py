"""How exact the derived gradients are, measured for the paper."""

from types import SimpleNamespace

import numpy as np

from gatelab.variants import get

from ...certification.case import Case, run

STEPS = 3  # through time; certification takes two more, and twice as long


def largest_error(name: str) -> float:
    """The largest difference between a cell's derived gradients and complex steps.

    The problem is certification's: a small ragged batch from reachable states that are not zero.
    All gradients are compared, of parameters, inputs and initial states.

    Returns:
        the difference as a share of the largest entry of its array.
    """
    with np.errstate(all="ignore"):
        case = Case(get(name)())
        found = run(case.layer("float64", "derived"), case.problem.cut(STEPS))
        right = case.exact(STEPS)
        return max(_difference(found[name], right[name]) for name in right)


def _difference(found, right):
    size = np.abs(right).max(initial=0)
    return float(np.abs(found - right).max(initial=0) / size) if size else 0.0


def nudges() -> list[tuple[int, float, float]]:
    """Derivatives of an LSTM by one weight, from nudges of many sizes.

    Returns:
        per size 10^e: e, and the relative errors of the central difference and of the complex step.
    """
    right = _loss(1e-30j).imag / 1e-30
    found = []
    for exponent in range(-1, -16, -1):
        size = 10.0**exponent
        central = (_loss(size) - _loss(-size)).real / (2 * size)
        by_complex = _loss(1j * size).imag / size
        found.append((exponent, *(abs(value / right - 1) for value in (central, by_complex))))
    return found


def _loss(nudge, hidden=4, inputs=2):
    """The sum of an LSTM's outputs over three steps, with one weight of its forget gate nudged."""
    draw = np.random.default_rng(0).standard_normal
    lstm, shapes = get("standard")(), {"W": (hidden, inputs), "R": (hidden, hidden), "b": hidden}
    params = {f"{kind}_{gate}": draw(shapes[kind]) for kind in shapes for gate in "ifgo"}
    params["R_f"] = params["R_f"] + nudge * np.eye(hidden)[0][:, None] * np.eye(hidden)[1]
    x, h, c = draw((STEPS, inputs)), draw(hidden), draw(hidden)
    total = 0
    for x_t in x:
        h, c = lstm.step(SimpleNamespace(**params), x_t, h, c)
        total = total + h.sum()
    return total
