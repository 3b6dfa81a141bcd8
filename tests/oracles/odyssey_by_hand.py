"""The Odyssey's cells typed again in plain NumPy: the vanilla step with each part replaceable.

It follows the paper's list of ablations: a gate may be replaced by 1, and an activation by the
identity. Rows are sequences.
"""

import numpy as np


def s(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


def step(p, x, h, c, without=()):
    """One step of the peephole LSTM without some of its parts.

    Args:
        p: {parameter: array}.
        x: (B, D).
        h, c: (B, H).
        without: the paper's abbreviations of what is left out, such as "NFG".

    Returns:
        the new h and c.
    """
    sums = lambda k: x @ p["W_" + k].T + h @ p["R_" + k].T + p["b_" + k]
    seen = lambda k, c: 0 if "NP" in without else c * p["p_" + k]
    g = sums("g") if "NIAF" in without else np.tanh(sums("g"))
    i = 1 if "NIG" in without else s(sums("i") + seen("i", c))
    if "NFG" in without:
        f = 1
    else:
        f = 1 - i if "CIFG" in without else s(sums("f") + seen("f", c))
    c = i * g + f * c
    o = 1 if "NOG" in without else s(sums("o") + seen("o", c))
    return (c if "NOAF" in without else np.tanh(c)) * o, c


def run(case, without=()):
    """Outputs and final states of full sequences, named as ``comparison.measure`` does."""
    (h, c), y = case.state, []
    for x in case.x:
        h, c = step(case.params, x, h, c, without)
        y.append(h)
    return {"y": np.stack(y), "final 0": h, "final 1": c}
