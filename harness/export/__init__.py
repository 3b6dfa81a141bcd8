"""Trained networks as ONNX models, for onnxruntime and whatever else reads them.

Batch first, float32, one Scan per layer and direction. Inputs: ``x`` (N, T, D), and ``lengths``
(N,), int64, the valid steps of each sequence (T where there is no padding). N and T are free.
Output: ``y``, as ``Network.predict`` gives it. Weights have the network's own names and shapes.
"""

import json

from ..errors import LayerError
from ..networks import saving

try:
    import onnx
except ImportError:
    raise LayerError("ONNX export needs the package onnx; pip install gatelab[onnx]") from None

from .graph import graph_of

OPSET, IR_VERSION = 17, 8  # of 2022: old enough for most readers


def export(network, path):
    """Write a network as an ONNX file."""
    onnx.save(model(network), path)


def model(network):
    """A network as an ``onnx.ModelProto``; its metadata are those of a saved network's file."""
    made = onnx.helper.make_model(
        graph_of(network),
        producer_name="gatelab",
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    about = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in saving.describe(network).items()
    }
    onnx.helper.set_model_props(made, about)
    return made
