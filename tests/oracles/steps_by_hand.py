"""One step of cells that no framework ships, typed from their papers for a single sequence.

x is (D,) and a state is (H,). Matrices are written as in the paper: gamma I is an identity matrix,
and a matrix that depends on the input is built. Nothing here uses the engine. Where a paper leaves
something open (a sign, the old or the new state), the choice was made again, independently.
"""

import numpy as np
from numpy import exp, tanh


def s(a):
    return 1 / (1 + exp(-a))


def gates(p, names, x, h):
    """W x + R h + b for each of several gates."""
    return [p["W_" + k] @ x + p["R_" + k] @ h + p["b_" + k] for k in names]


def nas_cell(p, x, h, c):
    """TensorFlow's NASCell: a binary tree, level by level; unit 3 multiplies its products."""
    kinds = [s, relu, s, relu, tanh, s, tanh, s]
    first = gates(p, "01234567", x, h)
    first[3] = (p["W_3"] @ x) * (p["R_3"] @ h + p["b_3"])
    u = [kind(a) for kind, a in zip(kinds, first, strict=True)]
    second = [tanh(u[0] * u[1]), tanh(u[2] + u[3]), tanh(u[4] * u[5]), s(u[6] + u[7])]
    second[0] = tanh(second[0] + c)
    c = second[0] * second[1]
    return tanh(c * tanh(second[2] + second[3])), c


def relu(a):
    return np.where(a > 0, a, 0)


def multiplicative_lstm(p, x, h, c):
    """An LSTM with the recurrent matrix R_k diag(W_m x) R_m, which depends on the input."""
    of_x = {k: p["R_" + k] @ np.diag(p["W_m"] @ x) @ p["R_m"] for k in "ifgo"}
    i, f, g, o = (p["W_" + k] @ x + of_x[k] @ h + p["b_" + k] for k in "ifgo")
    c = s(f) * c + s(i) * tanh(g)
    return tanh(c) * s(o), c


def wmc_lstm(p, x, h, c):
    i, f, g, o = gates(p, "ifgo", x, h)
    c_new = s(f + tanh(p["R_fc"] @ c)) * c + s(i + tanh(p["R_ic"] @ c)) * tanh(g)
    return s(o + tanh(p["R_oc"] @ c_new)) * tanh(c_new), c_new


def sgu(p, x, h):
    x_g = p["W_g"] @ x + p["b_g"]
    z_g = tanh(p["R_g"] @ (x_g * h))
    z_out = np.log(1 + exp(z_g * h))
    z = np.clip(0.2 * gates(p, "z", x, h)[0] + 0.5, 0, 1)
    return ((1 - z) * h + z * z_out,)


def dsgu(p, x, h):
    x_g = p["W_g"] @ x + p["b_g"]
    z_g = tanh(p["R_g"] @ (x_g * h))
    z_out = s(p["R_n"] @ (z_g * h))
    z = np.clip(0.2 * gates(p, "z", x, h)[0] + 0.5, 0, 1)
    return ((1 - z) * h + z * z_out,)


def res_lstm(p, x, h, c):
    i, f, g, o = gates(p, "ifgo", x, h)
    c_new = s(f + np.diag(p["p_f"]) @ c) * c + s(i + np.diag(p["p_i"]) @ c) * tanh(g)
    m = p["R_m"] @ tanh(c_new)
    return s(o + np.diag(p["p_o"]) @ c_new) * (m + p["W_h"] @ x), c_new


def indrnn(p, x, h):
    """A simple recurrent network with relu and a diagonal recurrent matrix."""
    return (relu(p["W_h"] @ x + np.diag(p["p_u"]) @ h + p["b_h"]),)


def fast_rnn(p, x, h):
    return (s(p["s_alpha"]) * tanh(gates(p, "h", x, h)[0]) + s(p["s_beta"]) * h,)


def fast_grnn(p, x, h):
    z = s(p["W_h"] @ x + p["R_h"] @ h + p["b_z"])
    candidate = tanh(p["W_h"] @ x + p["R_h"] @ h + p["b_n"])
    zeta, nu = s(p["s_zeta"]), s(p["s_nu"])
    return ((zeta * (1 - z) + nu) * candidate + z * h,)


def antisymmetric(p, x, h, epsilon, gamma):
    A = p["R_h"] - p["R_h"].T - gamma * np.eye(len(h))
    return (h + epsilon * tanh(A @ h + p["W_h"] @ x + p["b_h"]),)


def gated_antisymmetric(p, x, h, epsilon, gamma):
    A = p["R_h"] - p["R_h"].T - gamma * np.eye(len(h))
    z = s(A @ h + p["W_z"] @ x + p["b_z"])
    return (h + epsilon * z * tanh(A @ h + p["W_h"] @ x + p["b_h"]),)


def cornn(p, x, y, z, dt, gamma, epsilon):
    drive = tanh(p["R_y"] @ y + p["R_z"] @ z + p["W_z"] @ x + p["b_z"])
    z_new = z + dt * drive - dt * gamma * y - dt * epsilon * z
    return y + dt * z_new, z_new


def unicornn(p, x, y, z, dt, alpha):
    step = dt * (0.5 + 0.5 * tanh(p["p_c"] / 2))
    z_new = z - step * (tanh(p["p_w"] * y + p["W_z"] @ x + p["b_z"]) + alpha * y)
    return y + step * z_new, z_new


def lem(p, x, y, z, dt):
    (of_z, of_y) = (dt * s(a) for a in gates(p, "12", x, y))
    z_new = z + of_z * (tanh(p["R_z"] @ y + p["W_z"] @ x + p["b_z"]) - z)
    y_new = y + of_y * (tanh(p["R_y"] @ z_new + p["W_y"] @ x + p["b_y"]) - y)
    return y_new, z_new


def scrn(p, x, y, h, context, alpha):
    context = (1 - alpha) * p["W_s"] @ x + alpha * context
    h = s(p["R_s"] @ context + p["W_h"] @ x + p["R_h"] @ h)
    return p["R_u"] @ h + p["R_v"] @ context, h, context


def lipschitz(p, x, h, beta, gamma, epsilon):
    def held(M):
        return (1 - beta) * (M + M.T) + beta * (M - M.T) - gamma * np.eye(len(M))

    linear = held(p["R_a"]) @ h
    return (h + epsilon * linear + epsilon * tanh(held(p["R_h"]) @ h + p["W_h"] @ x + p["b_h"]),)


def rhn(p, x, h, depth):
    for k in range(1, depth + 1):
        sees_x = 1 if k == 1 else 0
        H = tanh(sees_x * p["W_h"] @ x + p[f"R_h{k}"] @ h + p[f"b_h{k}"])
        T = s(sees_x * p["W_t"] @ x + p[f"R_t{k}"] @ h + p[f"b_t{k}"])
        h = H * T + h * (1 - T)
    return (h,)


def min_gru(p, x, h):
    z = s(p["W_z"] @ x + p["b_z"])
    return ((1 - z) * h + z * (p["W_n"] @ x + p["b_n"]),)


def min_lstm(p, x, h):
    f, i = s(p["W_f"] @ x + p["b_f"]), s(p["W_i"] @ x + p["b_i"])
    return (f / (f + i) * h + i / (f + i) * (p["W_n"] @ x + p["b_n"]),)


def slstm(p, x, h, c, n):
    """Without a stabiliser: the exponential gate itself."""
    i, f, g, o = gates(p, "ifgo", x, h)
    c = s(f) * c + exp(i) * tanh(g)
    n = s(f) * n + exp(i)
    return s(o) * c / n, c, n


def layer_norm_lstm(p, x, h, c):
    def norm(a):
        return (a - a.mean()) / np.sqrt(a.var() + 1e-5)

    i, f, g, o = (
        p["p_w" + k] * norm(p["W_" + k] @ x) + p["p_r" + k] * norm(p["R_" + k] @ h) + p["b_" + k]
        for k in "ifgo"
    )
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(p["p_c"] * norm(c) + p["b_c"]), c


def ordered_neurons(p, x, h, c):
    """Shen et al. (2019), section 4, each unit's share of a cumax added up by itself."""

    def cumax(a):
        shares = exp(a) / exp(a).sum()
        return np.array([shares[: k + 1].sum() for k in range(len(a))])

    f, i, o, g, forget, write = gates(p, ["f", "i", "o", "g", "mf", "mi"], x, h)
    forget, write = cumax(forget), 1 - cumax(write)
    c = forget * (s(f) * write + 1 - write) * c + write * (s(i) * forget + 1 - forget) * tanh(g)
    return s(o) * tanh(c), c


def unroll(step, params, x, state, lengths):
    """Outputs (T, B, H), zero past a sequence's end, and final states, one sequence at a time."""
    y = np.zeros((len(x), *state[0].shape))
    final = []
    for b, length in enumerate(lengths):
        now = [each[b] for each in state]
        for t in range(length):
            now = step(params, x[t, b], *now)
            y[t, b] = now[0]
        final.append(now)
    return y, [np.stack(each) for each in zip(*final, strict=True)]
