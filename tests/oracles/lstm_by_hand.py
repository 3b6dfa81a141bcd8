"""The LSTM and its backpropagation through time, typed by hand: a lesson of two functions.

The equations, for one step (``*`` is elementwise, ``@`` a matrix product):

    i = sigmoid(W_i x + R_i h_old + b_i)      the input gate: how much of g to write
    f = sigmoid(W_f x + R_f h_old + b_f)      the forget gate: how much of c_old to keep
    g = tanh(W_g x + R_g h_old + b_g)         the candidate: what to write
    o = sigmoid(W_o x + R_o h_old + b_o)      the output gate: how much of c to show
    c = f * c_old + i * g                     the cell: the memory
    h = o * tanh(c)                           the output, and what the next step's gates see

Columns are sequences: x_t is (D, B), every gate and state is (H, B), so that the code reads as the
equations do. In the backward pass ``dq`` means dL/dq, the gradient of one scalar loss L. Two rules
do all the work: *multiply along a path* (if L sees q only through u, dq is du times the slope of u
in q) and *add where paths meet* (if q is used twice, dq is the sum of what each use sends back).

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
        x: (T, D, B). h0, c0: (H, B).

    Returns:
        y (T, H, B), the final (h, c), and the tape: what each step's backward pass will need.
    """
    h, c = h0, c0
    y, tape = [], []
    for x_t in x:
        h_old, c_old = h, c
        # a: what each gate adds up, before it is squashed.
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
    """Gradients of a loss of which we know dL/dy (T, H, B) and dL/d(final h, c), each (H, B).

    Walks time backwards. At the top of each turn dh and dc hold what comes back from later steps
    through this step's h and c; at the bottom they have become the same for the step before.

    Returns:
        grads shaped as params, dx (T, D, B), and dL/d(h0, c0).
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
        # c too was used twice, by this h (through tanh, whose slope is 1 - tanh^2) and by the
        # next step's c: dc arrives with the second part, the first is added.
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)

        # c = f * c_old + i * g: a sum hands dc to both terms, each product to both its factors.
        df = dc * c_old
        di = dc * g
        dg = dc * i

        # Back through the squashing: a sigmoid's slope is s (1 - s), a tanh's is 1 - t^2, both
        # written in what they gave. A shut or fully open gate passes (almost) nothing back.
        da = {
            "i": di * i * (1 - i),
            "f": df * f * (1 - f),
            "g": dg * (1 - g**2),
            "o": do * o * (1 - o),
        }

        # a = W x + R h_old + b: the weights are the same at every step, so their gradients add up
        # over time; the product with a transpose adds up over the B columns of the batch.
        for k in "ifgo":
            grads["W_" + k] += da[k] @ x_t.T
            grads["R_" + k] += da[k] @ h_old.T
            grads["b_" + k] += da[k].sum(axis=1)

        # x and h_old were used by all four: four paths meet. A transposed matrix carries a
        # gradient from the outputs of a product back to its inputs.
        dx[t] = sum(params["W_" + k].T @ da[k] for k in "ifgo")
        dh = sum(params["R_" + k].T @ da[k] for k in "ifgo")

        # c_old was used once, in f * c_old: no matrix and no squashing on this path, only f. Where
        # f stays near 1 a gradient crosses many steps unharmed: this line is what the LSTM is for.
        dc = dc * f
    return grads, dx, (dh, dc)
