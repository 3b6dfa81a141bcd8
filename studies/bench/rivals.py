"""The same training step in other libraries: forward and backward pass.

Each function returns a function without arguments that takes the step. For the same cell it returns
what that of ``own`` returns: gradients by name, dx (T, B, D), and the gradients with respect to the
initial states, (B, H) each.
"""

from gatelab.variants.language.operations.over_units import EPSILON

from .gathered import Gathered, Library, functions


def own(case):
    """This engine."""

    def run():
        _, _, tape = case.layer.forward(case.params, case.x, case.state)
        return case.layer.backward(case.params, tape, case.dy)

    return run


def torch_lstm(case):
    """torch.nn.LSTM at the case's sizes, whatever the cell: oneDNN's fused layer."""
    import torch

    lstm = torch.nn.LSTM(case.layer.inputs, case.layer.hidden)
    x, dy = torch.from_numpy(case.x).requires_grad_(), torch.from_numpy(case.dy)
    state = tuple(torch.zeros(1, *dy.shape[1:], requires_grad=True) for _ in "hc")
    leaves = [*lstm.parameters(), x, *state]

    def run():
        y, _ = lstm(x, state)
        return torch.autograd.grad(y, leaves, dy)

    return run


def torch_eager(case):
    """The same cell in a loop over time, with torch's autograd."""
    import torch

    library = torch_library()
    params = {k: torch.from_numpy(v).requires_grad_() for k, v in case.params.items()}
    x, *state = (torch.from_numpy(a).requires_grad_() for a in (case.x, *case.state))
    dy, leaves = torch.from_numpy(case.dy), [*params.values(), x, *state]
    n = len(params)

    def run():
        cell = Gathered(case.layer, library, params)
        ahead = [[None] * len(x) if a is None else a.unbind() for a in cell.ahead(x)]
        states, y = tuple(state), []
        for ahead_t in zip(*ahead, strict=True):
            states = cell.step(ahead_t, states)
            y.append(states[0])
        grads = torch.autograd.grad(torch.stack(y), leaves, dy, materialize_grads=True)
        return dict(zip(params, grads[:n], strict=True)), grads[n], grads[n + 1 :]

    return run


def jax_scan(case):
    """The same cell in jax.lax.scan, compiled together with its gradient."""
    import jax

    library = jax_library()
    arrays = jax.device_put((case.params, case.x, case.state, case.dy))

    def unrolled(params, x, state):
        cell = Gathered(case.layer, library, params)

        def one(states, ahead):
            states = cell.step(ahead, states)
            return states, states[0]

        return jax.lax.scan(one, state, cell.ahead(x))[1]

    @jax.jit
    def gradients(params, x, state, dy):
        _, pull = jax.vjp(unrolled, params, x, state)
        return pull(dy)

    return lambda: jax.block_until_ready(gradients(*arrays))


def torch_library():
    """torch as a ``Library``."""
    import torch
    from torch.nn import functional

    names = "sigmoid tanh exp log sqrt relu abs".split()
    own = {name: getattr(torch, name) for name in names} | {
        "log_sigmoid": functional.logsigmoid,
        "softplus": functional.softplus,
        "softsign": functional.softsign,
        "softmax": lambda a: a.softmax(1),
        "mean": lambda a: a.mean(1, keepdim=True).expand_as(a),
        "layer_norm": lambda a: functional.layer_norm(a, a.shape[1:], eps=EPSILON),
    }
    return Library(functions(own), torch.cat, torch.chunk, torch.addmm)


def jax_library():
    """jax as a ``Library``."""
    import jax
    from jax import numpy

    names = "sigmoid log_sigmoid relu softplus softmax".split()
    own = {name: getattr(jax.nn, name) for name in names} | {"softsign": jax.nn.soft_sign}
    own |= {name: getattr(numpy, name) for name in "tanh exp log sqrt abs".split()}
    mean = lambda a: numpy.broadcast_to(a.mean(1, keepdims=True), a.shape)
    spread = lambda a: numpy.sqrt(a.var(1, keepdims=True) + EPSILON)
    own |= {"mean": mean, "layer_norm": lambda a: (a - mean(a)) / spread(a)}
    return Library(functions(own), numpy.concatenate, numpy.split, lambda a, z, W: a + z @ W)
