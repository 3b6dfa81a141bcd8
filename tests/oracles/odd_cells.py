"""Cells that nobody would publish. Together they use what a step may use and known cells do not.

They are never registered, which also shows that a user's own class needs no registration.
"""

from gatelab.variants import (
    Variant,
    abs_,
    exp,
    layer_norm,
    log,
    log_sigmoid,
    maximum,
    mean,
    minimum,
    relu,
    sigmoid,
    softplus,
    softsign,
    sqrt,
    tanh,
    where,
)


class ManyStates(Variant):
    """Five states: products with the last step's gates, a delay line, a state that only counts."""

    def step(self, p, x, h, c, i, old, n):
        i_new = sigmoid(p.W_i @ x + p.R_i @ h + p.R_ii @ i + p.b_i)
        g = tanh(p.W_g @ x + p.R_g @ old)
        c = (1 - i) * c + i_new * g
        return tanh(c) / (1 + n * n), c, i_new, h, n / 2 + 1


class ProductsOfProducts(Variant):
    """Products of products; a matrix that is transposed, summed, scaled and shared; two scalars."""

    beta = 0.7

    def step(self, p, x, h):
        a = tanh(p.W_a @ x + p.R_a @ h)
        b = sigmoid(p.R_b @ (a * h) + p.R_a.T @ a + p["b_1"])
        n = tanh((p.R_a + p.R_b) @ (b * a) - p.s_n * (p.W_a @ x) + p.R_c @ (p.R_c @ b))
        return (self.beta * b * h + (1 - b) * n * exp(p.s_m),)


class Kinks(Variant):
    """Functions with kinks; the branch that is not taken must receive no gradient."""

    def step(self, p, x, h, c):
        a = p.W_a @ x + p.R_a @ h + p.b_a
        b = p.W_b @ x + p.R_b @ h + p.p_b * c
        c = where(a > b, relu(a) * c, minimum(b, 0.5) - abs_(c) * p.p_c)
        return maximum(softsign(a + c), -0.3 * b) + relu(p.R_c @ c), c


class Curves(Variant):
    """Roots, powers, quotients, logarithms and exponentials, with a stabilised exponential gate."""

    power = 1.5

    def step(self, p, x, h, c, m):
        i, f = p.W_i @ x + p.R_i @ h + p.b_i, log_sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
        m_new = maximum(f + m, i)
        c = exp(f + m - m_new) * c + exp(i - m_new) * tanh(p.W_g @ x + p.R_g @ h)
        norm = sqrt(1 + c**2) * (2 + h**3) ** -2 + softplus(c) ** self.power
        return c / (1 + norm) + log(1 + c * c), c, m_new


class Averages(Variant):
    """Means over the units of a state, a parameter, a product and a mean; normalised values."""

    p_n = 1.0

    def step(self, p, x, h, c):
        a = p.W_a @ x + p.R_a @ h
        e = exp(tanh(a - mean(a)))
        m = mean(h) * p.p_m + mean(p.p_m * p.p_m) + mean(p.s_a * c) - mean(p.R_m @ c)
        h = tanh(e / (1 + mean(e)) + p.R_b @ (mean(a * h) * h) + m)
        return h + p.p_n * layer_norm(p.W_n @ x + p.R_n @ h + c), mean(c) + mean(mean(h) * a) / 2


class Linear(Variant):
    """New states that are sums of products, without functions."""

    def step(self, p, x, h, c):
        c = p.W_c @ x + p.R_c @ c + p.b_c
        return p.R_h @ h + p.R_o @ c, c


class Forgetful(Variant):
    """Two states whose old values are not used."""

    def step(self, p, x, h, c):
        c = tanh(p.W_c @ x + p.b_c)
        return c * sigmoid(p.W_h @ x), c


class Deaf(Variant):
    """No input: it runs autonomously."""

    def step(self, p, x, h):
        return (tanh(p.R_h @ h + p.b_h) + 0.1 * h,)


class Parting(Variant):
    """States that exchange places."""

    def step(self, p, x, h, c, m):
        return c, tanh(p.W_h @ x + p.R_h @ h + p.p_h * m), h


class ReadTwice(Variant):
    """A value used by a product and by a mean over units; a leaf used by two reductions."""

    def step(self, p, x, h, c):
        a = tanh(p.W_a @ x + h)
        c = layer_norm(c) + p.s_c * mean(c) + p.p_a * a
        return tanh(p.R_b @ a + p.R_c @ mean(a) + c), tanh(p.W_c @ x) + p.R_m @ mean(c * h)


class NormedRow(Variant):
    """A normalised product next to values that need the row before normalisation."""

    def step(self, p, x, h):
        a = sigmoid(p.W_a @ x + p.R_a @ h + p.b_a)
        e = tanh(p.W_e @ x + p.b_e)
        return (layer_norm(p.R_n @ h) + a * e + tanh(p.R_u @ a),)


class BareState(Variant):
    """A new state that is a sum of products and is also squashed within the step."""

    def step(self, p, x, h, m):
        m = p.W_a @ x + p.R_a @ m + p.b_a
        return tanh(p.R_b @ (tanh(m) * h)) + layer_norm(tanh(m)), m


class Undecided(Variant):
    """x only decides between branches, so it has no gradient."""

    def step(self, p, x, h):
        return (where(p.W_a @ x > 0, 0.5 * h, 0.25 * h) + p.p_a,)


ODD = {
    cls.__name__: cls
    for cls in (
        ManyStates,
        ProductsOfProducts,
        Kinks,
        Curves,
        Averages,
        ReadTwice,
        NormedRow,
        BareState,
        Linear,
        Parting,
    )
}
#: Some of their gradients are exactly zero, as they must be.
SPARSE = {cls.__name__: cls for cls in (Forgetful, Deaf, Undecided)}
