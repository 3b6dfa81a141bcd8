"""Cells whose form in torchrecurrent differs from the papers, and how they are compared.

Each docstring says what differs and how the weights and inputs of their cell are converted. Our
cell is never changed.
"""

import torch

from .torch_recurrent import foreign, one, two


def janet(p, variant):
    """They train beta, which the paper fixes, and have two states c and h, which are equal."""
    beta = torch.tensor(variant.beta, dtype=torch.float64)
    cell = foreign("JANET", p, "W_f W_c", "R_f R_c", "b_f b_c", beta=beta)
    return lambda x, h: cell(x, (h, h))[:1]


def original(p, variant):
    """Their g and h are tanh, the paper's 2 tanh(a / 2) and tanh(a / 2): they get half the cell."""
    halved = {k: v / 2 if k[2:] == "g" else v for k, v in p.items()}
    cell = foreign("OriginalLSTM", halved, "W_i W_g W_o", "R_i R_g R_o", "b_i b_g b_o")

    def step(x, h, c):
        h, half = cell(x, (h, c / 2))
        return h, 2 * half

    return step


def intersection(p, variant):
    """They require D = H: they get u = W_x x, and weights times the left inverse of W_x."""
    inverse = torch.linalg.pinv(p["W_x"])
    square = {k: v @ inverse if k[0] == "W" else v for k, v in p.items()}
    weights = "W_y W_h W_gy W_gh", "R_y R_h R_gy R_gh", "b_y b_h b_gy b_gh"
    cell = foreign("IntersectionRNN", square, *weights)
    return lambda x, y, h: cell(x @ p["W_x"].T, h)


def rhn(p, variant):
    """Their RHN cannot be imported; a highway layer is a UGRNN with g = 1 - t."""
    turned = {k: -v if k[2] == "t" else v for k, v in p.items()} | {"W_none": 0 * p["W_h"]}
    layers = [
        foreign("UGRNN", turned, W, f"R_h{k} R_t{k}", f"b_h{k} b_t{k}")
        for k, W in enumerate(["W_h W_t"] + (variant.depth - 1) * ["W_none W_none"], 1)
    ]

    def step(x, h):
        for layer in layers:
            h = layer(x, h)
        return (h,)

    return step


def sgu(p, variant):
    """Their hard sigmoid has slope 1/6, the paper's 1/5: they get 0.2 a + 0.5, which they clip."""
    line = {k: 0.2 * v + 0.5 * (k == "b_z") if k[2:] == "z" else v for k, v in p.items()}
    given = {"gate_nonlinearity": torch.nn.Hardtanh(0.0, 1.0)}
    kind, last = ("DSGU", {"weight_ho": "R_n"}) if "R_n" in p else ("SGU", {})
    return one(kind, "W_g W_z", "R_g R_z", "b_g b_z", given=given, **last)(line, variant)


def lem(p, variant):
    """They update y from the old z; called again with the new z, they do as the paper does."""
    weights = "W_2 W_1 W_z W_y", "R_2 R_1 R_z", "b_2 b_1 b_z b_y"
    cell = foreign("LEM", p, *weights, weight_ch="R_y", given={"dt": variant.dt})

    def step(x, y, z):
        _, z = cell(x, (y, z))
        y, _ = cell(x, (y, z))
        return y, z

    return step


def scrn(p, variant):
    """They feed back tanh(y) as h: called for y / 10, then with y = h, they get the right h."""
    p = p | {"R_one": torch.eye(len(p["R_h"])).double(), "R_none": 0 * p["R_h"]}
    p = p | {k: p[k] / 10 for k in ("R_u", "R_v")}  # small, so that tanh can be inverted accurately
    alpha = torch.tensor(variant.alpha, dtype=torch.float64)
    for_y = foreign("SCRN", p, "W_s W_h", "R_h R_u", weight_ch="R_s R_v", alpha=alpha)
    for_h = foreign("SCRN", p, "W_s W_h", "R_h R_one", weight_ch="R_s R_none", alpha=alpha)

    def step(x, y, h, s):
        y, _ = for_y(x, (h, s))
        h, s = for_h(x, (h, s))
        return 10 * torch.atanh(y), torch.atanh(h), s

    return step


def nas_cell(p, variant):
    """Their fourth unit adds where it should multiply: they get the product as its bias."""
    p = p | {"W_none": 0 * p["W_0"], "R_none": 0 * p["R_0"]}
    units = [str(k) if k != 3 else "none" for k in range(8)]
    weights = [" ".join(letter + k for k in units) for letter in ("W_", "R_")]

    def step(x, h, c):
        sums = {f"b_{k}": p[f"b_{k}"].expand(len(x), -1) for k in range(8)}
        sums["b_3"] = (x @ p["W_3"].T) * (h @ p["R_3"].T + p["b_3"])
        bias = torch.cat(list(sums.values()), 1)
        return foreign("NAS", p, *weights, bias)(x, (h, c))

    return step


CELLS = {f.__name__: f for f in (janet, original, intersection, rhn, sgu, lem, scrn, nas_cell)}
CELLS["dsgu"] = sgu


def scrn_as_it_stands(p, variant):
    """Their cell unchanged: it feeds back its output tanh(y) in place of h."""
    alpha = torch.tensor(variant.alpha, dtype=torch.float64)
    cell = foreign("SCRN", p, "W_s W_h", "R_h R_u", weight_ch="R_s R_v", alpha=alpha)

    def step(x, y, h, s):
        y, s = cell(x, (h, s))
        return y, y, s

    return step


UNITS = [" ".join(f"{letter}_{k}" for k in range(8)) for letter in "WRb"]
LEM = "LEM", "W_2 W_1 W_z W_y", "R_2 R_1 R_z", "b_2 b_1 b_z b_y"
SIMPLE = "W_g W_z", "R_g R_z", "b_g b_z"
#: With our weights and no conversion, these do not compute what the papers say.
AS_THEY_STAND = {
    "lem": two(*LEM, weight_ch="R_y", hypers="dt"),
    "nas_cell": two("NAS", *UNITS),
    "scrn": scrn_as_it_stands,
    "original": two("OriginalLSTM", "W_i W_g W_o", "R_i R_g R_o", "b_i b_g b_o"),
    "sgu": one("SGU", *SIMPLE),
    "dsgu": one("DSGU", *SIMPLE, weight_ho="R_n"),
    "fast_grnn": one("FastGRNN", "W_h", "R_h", "b_z b_n", zeta="s_zeta", nu="s_nu"),
}
