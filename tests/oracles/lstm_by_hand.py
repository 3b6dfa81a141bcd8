"""The LSTM and its backpropagation through time, typed by hand: a lesson in two functions.

The equations, for one step (``*`` is elementwise, ``@`` a matrix product):

    i = sigmoid(W_i x + R_i h_old + b_i)      the input gate: how much of g to write
    f = sigmoid(W_f x + R_f h_old + b_f)      the forget gate: how much of c_old to keep
    g = tanh(W_g x + R_g h_old + b_g)         the candidate: what to write
    o = sigmoid(W_o x + R_o h_old + b_o)      the output gate: how much of c to show
    c = f * c_old + i * g                     the cell: the memory
    h = o * tanh(c)                           the output, and what the next step's gates see

Columns are sequences: x_t is (D, B), every gate and state is (H, B), so that the code reads as the
equations do. In the backward pass ``dq`` means dL/dq, the gradient of one scalar loss L. Two rules
do all the work. *Multiply along a path*: if L depends on q only through u, dq is du times du/dq.
*Add where paths meet*: if q is used twice, dq is the sum of the gradients that each use returns.

Hochreiter and Schmidhuber (1997), Neural Computation 9(8); the forget gate is from Gers,
Schmidhuber and Cummins (2000), Neural Computation 12(10); the backward pass in full (over all time,
not truncated) from Graves and Schmidhuber (2005), Neural Networks 18(5-6).
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def forward(params, x, h0, c0):
    """Run the cell over a sequence.

    Args:
        params: {"W_k": (H, D), "R_k": (H, H), "b_k": (H,)} for k in i, f, g, o.
        x: (T, D, B).
        h0, c0: initial states, (H, B).

    Returns:
        y (T, H, B); the final (h, c); the tape, which holds what the backward pass needs of each
        step.
    """
    h, c = h0, c0
    y, tape = [], []
    for x_t in x:
        h_old, c_old = h, c
        # a: the pre-activation of each gate.
        a = {
            k: params["W_" + k] @ x_t + params["R_" + k] @ h_old + params["b_" + k][:, None]
            for k in "ifgo"
        }
        i, f, g, o = sigmoid(a["i"]), sigmoid(a["f"]), np.tanh(a["g"]), sigmoid(a["o"])
        c = f * c_old + i * g
        h = o * np.tanh(c)
        y.append(h)
        tape.append((x_t, h_old, c_old, i, f, g, o, c))
    return np.stack(y), (h, c), tape


def backward(params, tape, dy, dh_final, dc_final):
    """Gradients of a loss L.

    Goes backwards in time. At the beginning of each iteration dh and dc hold the gradients that
    later steps return to this step's h and c; at its end they hold the same for the previous step.

    Args:
        params, tape: as given to, and returned by, ``forward``.
        dy: dL/dy, (T, H, B).
        dh_final, dc_final: dL/d(final h) and dL/d(final c), (H, B).

    Returns:
        grads, shaped as params; dx (T, D, B); dL/d(h0, c0).
    """
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dx = np.empty((len(tape), *tape[0][0].shape))
    dh, dc = dh_final, dc_final
    for t in reversed(range(len(tape))):
        x_t, h_old, c_old, i, f, g, o, c = tape[t]

        # h was used twice, by the loss at this step and by the gates of the next: the two add.
        dh = dh + dy[t]

        # h = o * tanh(c): a product, so each factor receives dh times the other factor.
        do = dh * np.tanh(c)
        # c, too, was used twice: by this h (through tanh, whose slope is 1 - tanh^2) and by the
        # next step's c. dc already holds the second part; add the first.
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)

        # c = f * c_old + i * g: the sum passes dc to both terms, each product to both factors.
        df = dc * c_old
        di = dc * g
        dg = dc * i

        # Back through the activations: the slope of a sigmoid is s (1 - s), that of a tanh 1 - t^2,
        # both in terms of their values. A closed or fully open gate passes back almost nothing.
        da = {
            "i": di * i * (1 - i),
            "f": df * f * (1 - f),
            "g": dg * (1 - g**2),
            "o": do * o * (1 - o),
        }

        # a = W x + R h_old + b: all steps share the weights, so gradients are summed over time. The
        # product with a transpose also sums over the B columns of the batch.
        for k in "ifgo":
            grads["W_" + k] += da[k] @ x_t.T
            grads["R_" + k] += da[k] @ h_old.T
            grads["b_" + k] += da[k].sum(axis=1)

        # All four gates used x and h_old: four paths meet. The transposed matrix takes a gradient
        # from the output of a product back to its input.
        dx[t] = sum(params["W_" + k].T @ da[k] for k in "ifgo")
        dh = sum(params["R_" + k].T @ da[k] for k in "ifgo")

        # c_old was used once, in f * c_old. On this path there is no matrix and no activation, only
        # f. Where f stays near 1, a gradient survives many steps: this is why the LSTM works.
        dc = dc * f
    return grads, dx, (dh, dc)
