"""The LSTM, GRU and RNN operators of ONNX, as models with one node, run by onnxruntime in float32.

The operators stack their gates as i o f c (c is our g) and z r h (h is our n), and peepholes as
i o f. Each gate has two biases; those of x come first, then those of h. The attribute
``linear_before_reset`` distinguishes the two GRUs; ``input_forget`` couples the gates, f = 1 - i,
and ignores the weights of f.

https://onnx.ai/onnx/operators/: LSTM, GRU and RNN of version 14.
"""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SPLIT = 0.25

# cell: the operator, our gates in its order, {gate: our parameter that is its second bias}
OPERATORS = {
    "rnn": ("RNN", "h", {}),
    "standard": ("LSTM", "iofg", {}),
    "peephole": ("LSTM", "iofg", {}),
    "coupled": ("LSTM", "iofg", {}),
    "gru": ("GRU", "zrn", {}),
    "gru_reset_after": ("GRU", "zrn", {"n": "b_m"}),
    "coupled_peephole": ("LSTM", "iofg", {}),
    "no_input_activation": ("LSTM", "iofg", {}),
    "no_output_activation": ("LSTM", "iofg", {}),
    "lstm_activations": ("LSTM", "iofg", {}),
}
IDENTITY = {"activation_alpha": [1.0], "activation_beta": [0.0]}  # Affine: alpha x + beta
ATTRIBUTES = {
    "coupled": {"input_forget": 1},
    "coupled_peephole": {"input_forget": 1},
    "no_input_activation": {"activations": ["Sigmoid", "Affine", "Tanh"], **IDENTITY},
    "no_output_activation": {"activations": ["Sigmoid", "Tanh", "Affine"], **IDENTITY},
    "gru": {"linear_before_reset": 0},
    "gru_reset_after": {"linear_before_reset": 1},
}


def run(name, case, **more):
    """Results of the operator for a cell: {"y": (T, B, H), "final 0": (B, H), ...}.

    Args:
        name: of the cell, a key of ``OPERATORS``.
        case: a ``comparison.Case``.
        more: further attributes of the operator.
    """
    feed = _feed(name, case)
    outputs = ["Y", "Y_h", "Y_c"][: 1 + len(case.state)]
    attributes = {"hidden_size": case.dy.shape[2], **ATTRIBUTES.get(name, {}), **more}
    node = helper.make_node(OPERATORS[name][0], list(feed), outputs, **attributes)
    y, *final = _session(node, feed).run(outputs, feed)
    return {"y": y[:, 0], **{f"final {k}": s[0] for k, s in enumerate(final)}}


def _feed(name, case):
    """The operator's inputs in its own order; the axis of length 1 is the direction."""
    _, gates, second = OPERATORS[name]
    coupled = name.startswith("coupled")
    params = _with_a_forget_gate(case.params) if coupled else case.params
    on_x = [params["b_" + k] - (0 if k in second else SPLIT) for k in gates]
    on_h = [params[second[k]] if k in second else 0 * params["b_" + k] + SPLIT for k in gates]
    feed = {
        "X": case.x,
        "W": np.concatenate([params["W_" + k] for k in gates])[None],
        "R": np.concatenate([params["R_" + k] for k in gates])[None],
        "B": np.concatenate(on_x + on_h)[None],
        "sequence_lens": case.lengths,
    }
    feed |= {n: s[None] for n, s in zip(("initial_h", "initial_c"), case.state, strict=False)}
    if "p_i" in params:
        feed["P"] = np.concatenate([params["p_" + k] for k in "iof"])[None]
    return {k: v.astype(np.int32 if k == "sequence_lens" else np.float32) for k, v in feed.items()}


def _with_a_forget_gate(params):
    """The operator requires weights for f although it must ignore them: i's, doubled."""
    return params | {k[:2] + "f": 2 * v for k, v in params.items() if k[2:] == "i"}


def _session(node, feed):
    inputs = [
        helper.make_tensor_value_info(k, numpy_helper.from_array(v).data_type, v.shape)
        for k, v in feed.items()
    ]
    outputs = [helper.make_tensor_value_info(k, TensorProto.FLOAT, None) for k in node.output]
    graph = helper.make_graph([node], "cell", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
