"""Cells that equal other cells for some weights: a case of one as a case of the other.

Each function returns the converted case, and a function that converts the results back (named as by
``comparison.measure``).
"""

import numpy as np

OPEN = 1e3  # sigmoid(OPEN) is 1 to the last bit, and flat


def original_as_standard(case):
    """The LSTM of 1997 is a standard LSTM with f = 1 that stores half the cell.

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
    """The standard LSTM is a peephole LSTM with peepholes of 0."""
    params = case.params | {"p_" + k: np.zeros_like(case.params["b_i"]) for k in "ifo"}
    return case._replace(params=params), lambda result: {
        k: v for k, v in result.items() if not k.startswith("d p_")
    }


def ugrnn_as_gru(case):
    """The update-gate network is a GRU whose reset gate is 1."""
    renamed = {"g": "z", "c": "n"}
    params = {n[:2] + renamed[n[2:]]: v for n, v in case.params.items()}
    params |= {n + "r": np.zeros_like(params[n + "z"]) for n in ("W_", "R_")}
    params["b_r"] = np.full_like(params["b_z"], OPEN)
    back = {f"d {n[:2]}{renamed[n[2:]]}": f"d {n}" for n in case.params}
    return case._replace(params=params), lambda result: _named(result, back)


def janet_as_ugrnn(case):
    """JANET with beta = 0 is the update-gate network."""
    renamed = {n: n.replace("f", "g") for n in case.params}
    params = {renamed[n]: v for n, v in case.params.items()}
    back = {f"d {new}": f"d {n}" for n, new in renamed.items()}
    return case._replace(params=params), lambda result: _named(result, back)


def mgu_as_gru(case):
    """The minimal gated unit is a GRU with r = f and z = 1 - f."""
    p, kinds = case.params, ("W_", "R_", "b_")
    params = {k + "n": p[k + "h"] for k in kinds}
    params |= {k + "r": p[k + "f"] for k in kinds} | {k + "z": -p[k + "f"] for k in kinds}

    def back(result):
        both = {f"d {k}f": result[f"d {k}r"] - result[f"d {k}z"] for k in kinds}
        return _named(result, {f"d {k}n": f"d {k}h" for k in kinds}) | both

    return case._replace(params=params), back


def mut2_as_gru(case):
    """MUT2 with a trained projection of x is a GRU with z and 1 - z exchanged."""
    names = {"W_x": "W_r", "W_h": "W_n", "R_h": "R_n", "b_h": "b_n"}
    names |= {n: n for n in case.params if n not in names}
    sign = lambda n: -1 if n.endswith("z") else 1
    params = {new: sign(n) * case.params[n] for n, new in names.items()}

    def back(result):
        turned = {k: sign(k) * v if k[:2] == "d " else v for k, v in result.items()}
        return _named(turned, {f"d {new}": f"d {n}" for n, new in names.items()})

    return case._replace(params=params), back


def brc_as_nbrc(case):
    """The bistable cell is a neuromodulated one with diagonal recurrent matrices."""
    params = {n: v for n, v in case.params.items() if n[:2] != "p_"}
    params |= {"R_" + k: np.diag(case.params["p_" + k]) for k in "ac"}

    def back(result):
        own = {f"d p_{k}": np.diag(result[f"d R_{k}"]) for k in "ac"}
        return {k: v for k, v in result.items() if k[:4] != "d R_"} | own

    return case._replace(params=params), back


def _named(result, names):
    """A result in which only the parameters' gradients in ``names`` are kept, under new names."""
    is_parameter = lambda k: k[:2] == "d " and k[3:4] == "_"
    kept = {k: v for k, v in result.items() if not is_parameter(k)}
    return kept | {new: result[k] for k, new in names.items()}
