"""The three winners of a search through ten thousand architectures."""

from . import Variant, register, sigmoid, tanh


@register("mut1")
class MUT1(Variant):
    """Mutated GRU whose update gate sees x only, and whose x enters through a tanh of its own.

    Not ``gru``: z looks at x alone and n adds tanh(W_h x). z replaces here, h' = z n + (1 - z) h,
    so a forget bias drives b_z downwards. The paper adds tanh(x) to H units, which needs D = H;
    here x is projected first, by W_h. Equations checked against the JZS1 layer of early Keras.

    Used where a GRU is; the paper's best on arithmetic and XML.

    Citation: Jozefowicz, Zaremba, Sutskever (2015), An Empirical Exploration of Recurrent Network
    Architectures, ICML, PMLR 37:2342-2350.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.b_z)
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        n = tanh(p.R_h @ (r * h) + tanh(p.W_h @ x) + p.b_h)
        return (n * z + h * (1 - z),)


@register("mut2")
class MUT2(Variant):
    """Mutated GRU whose reset gate adds x itself, here projected to H units by W_x.

    With W_x trained it is exactly ``gru`` with z turned round; the paper's cell is the one with
    D = H and W_x the identity, never trained (early Keras' JZS2, against which the equations were
    checked, fixes a random W_x). z replaces, so a forget bias drives b_z downwards.

    Used to complete the paper's set; for a new task ``gru`` says the same.

    Citation: Jozefowicz, Zaremba, Sutskever (2015), An Empirical Exploration of Recurrent Network
    Architectures, ICML, PMLR 37:2342-2350.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        r = sigmoid(p.W_x @ x + p.R_r @ h + p.b_r)
        n = tanh(p.R_h @ (r * h) + p.W_h @ x + p.b_h)
        return (n * z + h * (1 - z),)


@register("mut3")
class MUT3(Variant):
    """Mutated GRU whose update gate sees tanh(h) instead of h.

    Not ``gru``: besides that, z replaces, h' = z n + (1 - z) h, so a forget bias drives b_z
    downwards. No raw x in it: D and H are free. Equations checked against the JZS3 layer of early
    Keras.

    Used where a GRU is.

    Citation: Jozefowicz, Zaremba, Sutskever (2015), An Empirical Exploration of Recurrent Network
    Architectures, ICML, PMLR 37:2342-2350.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ tanh(h) + p.b_z)
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        n = tanh(p.R_h @ (r * h) + p.W_h @ x + p.b_h)
        return (n * z + h * (1 - z),)
