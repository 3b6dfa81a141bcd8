"""Trained networks as ONNX models, for onnxruntime and other ONNX readers.

Models are batch first and float32, with one Scan per layer and direction. Inputs: ``x`` (N, T, D),
and ``lengths`` (N,), int64, the number of valid steps of each sequence (T without padding). N and T
are free. Output: ``y``, as from ``Network.predict``. Weights keep the network's names and shapes.
"""

import json

from ..errors import LayerError
from ..foundation.optional import optional
from ..networks import saving

onnx = optional("onnx", "pip install 'gatelab[onnx]'", LayerError)

from .graph import graph_of  # noqa: E402 (needs onnx)

OPSET, IR_VERSION = 17, 8  # of 2022: old enough for most readers


def export(network, path):
    """Write a network as an ONNX file.

    Args:
        network: a trained ``Network``.
        path: the file to write.
    """
    onnx.save(model(network), path)


def model(network):
    """A network as an ONNX model, with the metadata of a saved network.

    Args:
        network: a trained ``Network``.

    Returns:
        ``onnx.ModelProto``.
    """
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
