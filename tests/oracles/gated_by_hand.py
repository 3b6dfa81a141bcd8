"""One step of each gated cell, typed again from its paper or its authors' code, in plain NumPy.

Nothing here comes from ``variants``. Rows are sequences, and a sigmoid is computed by tanh. Where
an equation has another form (sigmoid(-a) for 1 - sigmoid(a)), that one is used. Each function takes
the parameters, x (B, D) and the old states (B, H), and returns the new states.
"""

import numpy as np


def run(step, case):
    """Outputs and final states of full sequences, named as ``comparison.measure`` does."""
    states, y = case.state, []
    for x in case.x:
        states = step(case.params, x, *states)
        y.append(states[0])
    return {"y": np.stack(y), **{f"final {k}": state for k, state in enumerate(states)}}


def s(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


def mut1(p, x, h):
    """Jozefowicz et al. (2015), MUT1, with W_h before the inner tanh."""
    z = s(x @ p["W_z"].T + p["b_z"])
    r = s(x @ p["W_r"].T + h @ p["R_r"].T + p["b_r"])
    n = np.tanh((r * h) @ p["R_h"].T + np.tanh(x @ p["W_h"].T) + p["b_h"])
    return (h + z * (n - h),)


def mut2(p, x, h):
    """Jozefowicz et al. (2015), MUT2, x projected by W_x."""
    z = s(x @ p["W_z"].T + h @ p["R_z"].T + p["b_z"])
    r = s(x @ p["W_x"].T + h @ p["R_r"].T + p["b_r"])
    n = np.tanh((r * h) @ p["R_h"].T + x @ p["W_h"].T + p["b_h"])
    return (h + z * (n - h),)


def mut3(p, x, h):
    """Jozefowicz et al. (2015), MUT3."""
    z = s(x @ p["W_z"].T + np.tanh(h) @ p["R_z"].T + p["b_z"])
    r = s(x @ p["W_r"].T + h @ p["R_r"].T + p["b_r"])
    n = np.tanh((r * h) @ p["R_h"].T + x @ p["W_h"].T + p["b_h"])
    return (h + z * (n - h),)


def minimal_gated_unit(p, x, h):
    """Zhou et al. (2016)."""
    f = s(x @ p["W_f"].T + h @ p["R_f"].T + p["b_f"])
    n = np.tanh((f * h) @ p["R_h"].T + x @ p["W_h"].T + p["b_h"])
    return (h + f * (n - h),)


def janet(p, x, h):
    """van der Westhuizen, Lasenby (2018), equation 6 with beta = 1, as in their code."""
    gate = x @ p["W_f"].T + h @ p["R_f"].T + p["b_f"]
    c = np.tanh(x @ p["W_c"].T + h @ p["R_c"].T + p["b_c"])
    return (s(gate) * h + s(1 - gate) * c,)


def ugrnn(p, x, h):
    """Collins et al. (2017), UGRNN."""
    g = s(x @ p["W_g"].T + h @ p["R_g"].T + p["b_g"])
    c = np.tanh(x @ p["W_c"].T + h @ p["R_c"].T + p["b_c"])
    return (c + g * (h - c),)


def intersection(p, x, y, h):
    """Collins et al. (2017), +RNN, with x itself projected by W_x."""
    a = {k: x @ p[f"W_{k}"].T + h @ p[f"R_{k}"].T + p[f"b_{k}"] for k in ("y", "h", "gy", "gh")}
    through_depth = s(a["gy"]) * (x @ p["W_x"].T) + s(-a["gy"]) * np.clip(a["y"], 0, None)
    through_time = s(a["gh"]) * h + s(-a["gh"]) * np.tanh(a["h"])
    return through_depth, through_time


def ran(p, x, h, c):
    """Lee et al. (2017), output tanh."""
    i = s(h @ p["R_i"].T + x @ p["W_i"].T + p["b_i"])
    f = s(h @ p["R_f"].T + x @ p["W_f"].T + p["b_f"])
    c = i * (x @ p["W_c"].T) + f * c
    return np.tanh(c), c


def cfn(p, x, h):
    """Laurent, von Brecht (2017)."""
    theta = s(h @ p["R_theta"].T + x @ p["W_theta"].T + p["b_theta"])
    eta = s(h @ p["R_eta"].T + x @ p["W_eta"].T + p["b_eta"])
    return (theta * np.tanh(h) + eta * np.tanh(x @ p["W_h"].T),)


def atr(p, x, h):
    """Zhang et al. (2018), with the bias of their code."""
    a, q = x @ p["W_p"].T, h @ p["R_q"].T + p["b_q"]
    return (s(a + q) * a + s(a - q) * h,)


def light_gru(p, x, h):
    """Ravanelli et al. (2018), the batch norms replaced by biases."""
    z = s(x @ p["W_z"].T + h @ p["R_z"].T + p["b_z"])
    n = np.clip(x @ p["W_h"].T + h @ p["R_h"].T + p["b_h"], 0, None)
    return (n + z * (h - n),)


def minimal_rnn(p, x, h):
    """Chen (2017), one layer with tanh as the embedding."""
    z = np.tanh(x @ p["W_x"].T + p["b_z"])
    u = s(h @ p["R_h"].T + z @ p["R_z"].T + p["b_u"])
    return (z + u * (h - z),)


def star(p, x, h):
    """Turkoglu et al. (2021)."""
    k = s(x @ p["W_k"].T + h @ p["R_k"].T + p["b_k"])
    z = np.tanh(x @ p["W_z"].T + p["b_z"])
    return (np.tanh(h + k * (z - h)),)


def brc(p, x, h):
    """Vecoven et al. (2021), BRC, with the biases of their code."""
    r = np.tanh(x @ p["W_a"].T + h * p["p_a"] + p["b_a"]) + 1
    z = s(x @ p["W_c"].T + h * p["p_c"] + p["b_c"])
    return (z * h + (1 - z) * np.tanh(x @ p["W_h"].T + r * h),)


def nbrc(p, x, h):
    """Vecoven et al. (2021), nBRC, with the biases of their code."""
    r = np.tanh(x @ p["W_a"].T + h @ p["R_a"].T + p["b_a"]) + 1
    z = s(x @ p["W_c"].T + h @ p["R_c"].T + p["b_c"])
    return (z * h + (1 - z) * np.tanh(x @ p["W_h"].T + r * h),)


STEPS = {
    step.__name__: step
    for step in (
        *(mut1, mut2, mut3, minimal_gated_unit, janet, ugrnn, intersection, ran, cfn, atr),
        *(light_gru, minimal_rnn, star, brc, nbrc),
    )
}
