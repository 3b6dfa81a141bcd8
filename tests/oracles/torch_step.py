"""Derivatives by torch's autograd, in float64."""

import torch


def gradient(function, arrays):
    """Gradient of a scalar function of {name: tensor}, as {name: NumPy array}."""
    point = {name: torch.tensor(value, requires_grad=True) for name, value in arrays.items()}
    function(point).backward()
    return {name: _numpy(tensor) for name, tensor in point.items()}


def _numpy(tensor):
    grad = tensor.grad
    return (torch.zeros_like(tensor) if grad is None else grad).numpy()
