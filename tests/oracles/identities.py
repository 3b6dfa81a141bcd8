"""Cells that are other cells in disguise: a case of one rewritten as a case of the other.

Each function returns the rewritten case and a function that translates its results (as
``comparison.measure`` names them) back.
"""

import numpy as np

OPEN = 1e3  # sigmoid(OPEN) is 1 to the last bit, and flat


def original_as_standard(case):
    """The LSTM of 1997 is a standard one that keeps half its cell, its forget gate held open.

    g = 2 tanh(a / 2), c = c + i g and h = o tanh(c / 2) are, with c = 2 k and a = 2 a',
    k = k + i tanh(a') and h = o tanh(k).
    """
    params = {n: v / 2 if n.endswith("_g") else v for n, v in case.params.items()}
    params |= {n + "f": np.zeros_like(params[n + "i"]) for n in ("W_", "R_", "b_")}
    params["b_f"] = params["b_f"] + OPEN
    (h, c), (dh, dc) = case.state, case.dfinal
    rewritten = case._replace(params=params, state=(h, c / 2), dfinal=(dh, 2 * dc))

    def back(result):
        result = {k: v for k, v in result.items() if not k.endswith("_f")}
        halved = ("d W_g", "d R_g", "d b_g", "d state 1")
        result |= {k: result[k] / 2 for k in halved if k in result}
        return result | {"final 1": 2 * result["final 1"]}

    return rewritten, back


def standard_as_peephole(case):
    """The standard LSTM is a peephole LSTM with closed peepholes."""
    params = case.params | {"p_" + k: np.zeros_like(case.params["b_i"]) for k in "ifo"}
    return case._replace(params=params), lambda result: {
        k: v for k, v in result.items() if not k.startswith("d p_")
    }
