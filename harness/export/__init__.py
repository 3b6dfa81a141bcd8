"""Cells and networks for other libraries: files for torch, JAX and Keras, and ONNX models."""

from pathlib import Path


def write(cell, to, out):
    """Write a cell as a Python file that imports one framework and nothing else.

    Args:
        cell: a variant's class, or an instance of it.
        to: "torch", "jax" or "keras".
        out: the file to write.

    Raises:
        LayerError: an unknown framework.
        variants.TraceError: the cell's step cannot be traced.
    """
    from ..standalone.writing import source

    Path(out).write_text(source(cell, to), encoding="utf-8")


def export(network, path):
    """Write a network as an ONNX file; see ``models``.

    Args:
        network: a trained ``Network``.
        path: the file to write.

    Raises:
        LayerError: the package onnx is missing.
    """
    from .models import export

    export(network, path)
