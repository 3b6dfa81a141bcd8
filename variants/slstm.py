"""The LSTM with an exponential input gate."""

from . import Variant, exp, log_sigmoid, maximum, register, sigmoid, tanh


@register("slstm")
class SLSTM(Variant):
    """xLSTM's scalar cell: an exponential input gate, a normaliser n and a stabiliser m.

    Not xLSTM's mLSTM, whose memory is a matrix. c and n are stored divided by exp(m), where m is
    the logarithm of the largest weight that any step still has, so that nothing overflows; h does
    not depend on m. m starts very low, so that the first input gate is 1 and n is at least 1 from
    then on. The forget gate is a sigmoid (the paper also allows exp); b_f starts at 1, as in
    ``standard``. Recurrent matrices are full, where the paper's have one block per head. The
    paper's convolution and group norm are left out. There is no zoneout, because values divided by
    different exp(m) cannot be averaged. Checked against the plain PyTorch cell of the ``xlstm``
    package.

    Used in language models, where the cell must be able to revise what it has stored.

    Citation: Beck, Poeppel, Spanring, Auer, Prudnikova, Kopp, Klambauer, Brandstetter, Hochreiter
    (2024), xLSTM: Extended Long Short-Term Memory, NeurIPS, arXiv:2405.04517.
    """

    b_f = 1.0
    m = -1e30
    zoneout = False

    def step(self, p, x, h, c, n, m):
        log_i = p.W_i @ x + p.R_i @ h + p.b_i
        log_f = log_sigmoid(p.W_f @ x + p.R_f @ h + p.b_f) + m
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.b_o)
        m = maximum(log_f, log_i)
        i, f = exp(log_i - m), exp(log_f - m)
        c = f * c + i * g
        n = f * n + i
        return o * c / n, c, n, m
