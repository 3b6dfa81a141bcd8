"""xLSTM's own scalar cell in plain PyTorch, which the package ``xlstm`` ships for checking.

One file of the package is loaded by its path, because importing the whole package requires GPU
kernels.
"""

import importlib.util
from pathlib import Path

import torch

from . import torch_loop

FILE = "blocks/slstm/src/vanilla/slstm.py"


def run(case, from_start=False):
    """Outputs and gradients of one layer with one head, named as by ``comparison.measure``.

    Args:
        case: a ``comparison.Case``.
        from_start: begin with all states 0, as the package does, instead of with those of the case.
            The first step then takes a branch of its own: m is the logarithm of the input gate.
    """
    return torch_loop.measure(lambda p: _step(p, from_start), case)


def _step(p, from_start):
    forward = _load().slstm_forward_pointwise
    W, R, b = (torch.cat([p[kind + k] for k in "ifgo"]) for kind in ("W_", "R_", "b_"))
    first = from_start

    def step(x, *states):
        nonlocal first
        states = torch.stack(states) * (not first)
        first = False
        new, _ = forward(x @ W.T, states[0] @ R.T, b, states, {})
        return tuple(new)

    return step


def _load():
    spec = importlib.util.find_spec("xlstm")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("xlstm is not installed")
    file = Path(spec.submodule_search_locations[0], FILE)
    spec = importlib.util.spec_from_file_location("xlstm_plain_cell", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
