"""The three best cells of a search through ten thousand architectures."""

from . import Variant, register, sigmoid, tanh


@register("mut1")
class MUT1(Variant):
    """Mutated GRU whose update gate sees only x, and whose candidate adds tanh(W_h x).

    Unlike in ``gru``, z depends on x alone, and x enters the candidate through a tanh of its own. z
    is the share replaced, h' = z n + (1 - z) h, so a positive forget bias lowers b_z. The paper
    adds tanh(x) to H units, which requires D = H; here W_h projects x first. Equations checked
    against the JZS1 layer of early Keras.

    Used like a GRU; the paper's best cell on arithmetic and XML.

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

    With W_x trained it is exactly ``gru`` with z and 1 - z exchanged. In the paper's cell D = H,
    and W_x is the identity and never trained; early Keras' JZS2, against which the equations were
    checked, has a fixed random W_x. z is the share replaced, so a positive forget bias lowers b_z.

    Used to complete the paper's set of three; for a new task ``gru`` does the same.

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

    Another difference from ``gru``: z is the share replaced, h' = z n + (1 - z) h, so a positive
    forget bias lowers b_z. Unlike in the other two mutants, no raw x is added: D and H are
    independent. Equations checked against the JZS3 layer of early Keras.

    Used like a GRU.

    Citation: Jozefowicz, Zaremba, Sutskever (2015), An Empirical Exploration of Recurrent Network
    Architectures, ICML, PMLR 37:2342-2350.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ tanh(h) + p.b_z)
        r = sigmoid(p.W_r @ x + p.R_r @ h + p.b_r)
        n = tanh(p.R_h @ (r * h) + p.W_h @ x + p.b_h)
        return (n * z + h * (1 - z),)
