"""The GRU and the LSTM without recurrent matrices: what is left can be computed by a scan."""

from . import Variant, log_sigmoid, register, sigmoid


@register("min_gru")
class MinGRU(Variant):
    """GRU whose gate and candidate see x only, the candidate linear: h' = (1 - z) h + z n.

    Not ``minimal_gated_unit`` or ``minimal_rnn``, which look at h. z replaces (the paper's sign),
    so that a forget bias drives b_z downwards. n is W x + b, as printed; the authors' code, made
    for a scan of logarithms, keeps it positive by another function. Read beside that code
    (BorealisAI/minRNNs, its gates) and an independent sequential version.

    Used where training must run in parallel over time, in stacks of several layers.

    Citation: Feng, Tung, Ahmed, Bengio, Hajimirsadeghi (2024), Were RNNs All We Needed?,
    arXiv:2410.01201.
    """

    forget = {"b_z": -1.0}

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.b_z)
        n = p.W_n @ x + p.b_n
        return ((1 - z) * h + z * n,)


@register("min_lstm")
class MinLSTM(Variant):
    """LSTM whose gates see x only, without an output gate; f and i are scaled to add up to 1.

    Not ``coupled``, where i alone is learned. f / (f + i) is written as a sigmoid of the difference
    of their logarithms, as in the paper's appendix: with both gates shut it is 0 / 0 otherwise.
    The candidate is linear, as in ``min_gru``. b_f starts at 1, as in ``standard``; the authors'
    code, which this was read beside (its gates), can start it higher.

    Used like ``min_gru``, with one matrix more.

    Citation: Feng, Tung, Ahmed, Bengio, Hajimirsadeghi (2024), Were RNNs All We Needed?,
    arXiv:2410.01201.
    """

    b_f = 1.0

    def step(self, p, x, h):
        ratio = log_sigmoid(p.W_f @ x + p.b_f) - log_sigmoid(p.W_i @ x + p.b_i)
        f = sigmoid(ratio)
        i = sigmoid(-ratio)
        return (f * h + i * (p.W_n @ x + p.b_n),)
