"""The LSTM with a shortcut from its input to its output."""

from . import Variant, register, sigmoid, tanh


@register("res_lstm")
class ResLSTM(Variant):
    """Residual LSTM: the output gate acts on the projected cell plus the layer's own input.

    Not a residual connection around a layer, h + x: the shortcut passes through the output gate,
    and the cell does not see it. The input has D features, not H, so the paper's projection W_h x
    is used throughout. Peepholes are diagonal, also that of o: the paper writes a capital letter
    there, which RecurrentLayers.jl reads as a matrix and torchrecurrent, against which this was
    checked, as a vector. b_f starts at 1, as in ``standard``; peepholes start at 0.

    Used in deep stacks of LSTMs: ten layers for distant speech recognition.

    Citation: Kim, El-Khamy, Lee (2017), Residual LSTM: Design of a Deep Recurrent Architecture for
    Distant Speech Recognition, Interspeech, arXiv:1701.03360.
    """

    b_f = 1.0

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * (p.R_m @ tanh(c) + p.W_h @ x), c
