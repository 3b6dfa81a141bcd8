"""The GRU and the LSTM without recurrent matrices, so that a scan can compute them."""

from . import Variant, log_sigmoid, register, sigmoid


@register("min_gru")
class MinGRU(Variant):
    """GRU whose gate and linear candidate see only x: h' = (1 - z) h + z n.

    Unlike in ``minimal_gated_unit`` and ``minimal_rnn``, the gate does not see h. z is the share
    replaced (the paper's sign), so a positive forget bias lowers b_z. n is W x + b, as printed; the
    authors' code, which scans over logarithms, uses another function that keeps n positive.
    Compared by reading with that code (BorealisAI/minRNNs, its gates) and with an independent
    sequential version.

    Used in stacks of several layers where training must run in parallel over time.

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
    """LSTM without an output gate, whose gates see only x; f and i are scaled to add up to 1.

    Unlike in ``coupled``, both i and f are learned. f / (f + i) is written as a sigmoid of the
    difference of their logarithms, as in the paper's appendix; with both gates closed it would
    otherwise be 0 / 0. The candidate is linear, as in ``min_gru``. b_f starts at 1, as in
    ``standard``; the authors' code, with whose gates this was compared by reading, can start it
    higher.

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
