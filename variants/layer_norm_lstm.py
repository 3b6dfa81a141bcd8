"""The LSTM with layer normalisation inside its step."""

from . import Variant, layer_norm, register, sigmoid, tanh


@register("layer_norm_lstm")
class LayerNormLSTM(Variant):
    """LSTM that normalises W x and R h of every gate, and the cell before it is output.

    Not an LSTM with normalisation between layers: here it acts at every step, with a gain per unit
    and product (p_*, starting at 1). Mean and variance are taken over the H units of one gate's
    product, as in TensorFlow's cell; the paper takes them over all four gates together. A gate's
    bias and the shifts of its two norms only occur as a sum, so one b_* stands for the three. The
    cell that is carried to the next step is not normalised. b_f starts at 1, as in ``standard``.
    Written from the equations in the paper's supplement; not compared with an implementation.

    Used where long sequences or large steps make the training of an LSTM unstable.

    Citation: Ba, Kiros, Hinton (2016), Layer Normalization, arXiv:1607.06450.
    """

    b_f = 1.0
    p_wi = p_wf = p_wg = p_wo = p_ri = p_rf = p_rg = p_ro = p_c = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.p_wi * layer_norm(p.W_i @ x) + p.p_ri * layer_norm(p.R_i @ h) + p.b_i)
        f = sigmoid(p.p_wf * layer_norm(p.W_f @ x) + p.p_rf * layer_norm(p.R_f @ h) + p.b_f)
        g = tanh(p.p_wg * layer_norm(p.W_g @ x) + p.p_rg * layer_norm(p.R_g @ h) + p.b_g)
        o = sigmoid(p.p_wo * layer_norm(p.W_o @ x) + p.p_ro * layer_norm(p.R_o @ h) + p.b_o)
        c = f * c + i * g
        return o * tanh(p.p_c * layer_norm(c) + p.b_c), c
