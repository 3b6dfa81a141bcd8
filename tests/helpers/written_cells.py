"""Cells as written for other frameworks, run there: results and gradients, named as ours are."""

import importlib
import os

import numpy as np

from gatelab.standalone.naming import class_name
from gatelab.standalone.writing import source

os.environ["KERAS_BACKEND"] = "jax"  # read when Keras is imported; its default is not installed


def module(variant, framework):
    """The written file of a cell, as a namespace."""
    text = source(variant, framework)
    space = {"__name__": f"written_{framework}"}
    exec(compile(text, f"<{framework}>", "exec"), space)
    return space


def in_torch(variant, case):
    torch = importlib.import_module("torch")
    made = module(variant, "torch")[class_name(variant())]
    layer = made(case.x.shape[2], case.dy.shape[2]).to(getattr(torch, case.x.dtype.name))
    layer.cell.load_state_dict({k: torch.tensor(v) for k, v in case.params.items()})
    x = torch.tensor(case.x, requires_grad=True)
    state = tuple(torch.tensor(s, requires_grad=True) for s in case.state)
    y, final = layer(x, state, torch.tensor(case.lengths))
    pairs = [(case.dy, y), *zip(case.dfinal, final, strict=True)]
    loss = sum((torch.tensor(weight) * value).sum() for weight, value in pairs)
    leaves = {**dict(layer.cell.named_parameters()), "x": x, **_numbered("state", state)}
    grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    found = {"y": y, **_numbered("final", final)}
    found |= {
        f"d {name}": torch.zeros_like(leaf) if grad is None else grad
        for (name, leaf), grad in zip(leaves.items(), grads, strict=True)
    }
    return {name: value.detach().numpy() for name, value in found.items()}


def in_jax(variant, case, compiled=False):
    jax = importlib.import_module("jax")
    made = module(variant, "jax")["Layer"](case.x.shape[2], case.dy.shape[2])

    def results(p, x, state):
        layer = jax.tree.unflatten(jax.tree.structure(made), [p[name] for name in made.p])
        y, final = layer(x, state, case.lengths)
        return {"y": y, **_numbered("final", final)}

    return _jax_answer(jax, results, case, compiled)


def in_keras(variant, case, compiled=False):
    """On Keras's jax backend."""
    jax, made = importlib.import_module("jax"), module(variant, "keras")["Layer"]
    with jax.enable_x64(True):
        layer = made(case.x.shape[2], case.dy.shape[2], dtype=case.x.dtype.name)
    names = [v.name for v in layer.trainable_variables]
    assert sorted(names) == sorted(case.params)

    def results(p, x, state):
        (y, final), _ = layer.stateless_call(
            [p[name] for name in names], [v.value for v in layer.non_trainable_variables],
            x.transpose(1, 0, 2), state, case.lengths,
        )  # fmt: skip
        return {"y": y.transpose(1, 0, 2), **_numbered("final", final)}

    return _jax_answer(jax, results, case, compiled)


def _jax_answer(jax, results, case, compiled):
    """Results and gradients; uncompiled in a quarter of the time that compiling takes."""
    weights = {"y": case.dy, **_numbered("final", case.dfinal)}

    def loss(p, x, state):
        found = results(p, x, state)
        return sum((weights[name] * value).sum() for name, value in found.items()), found

    with jax.enable_x64(True), jax.disable_jit(not compiled):
        given = jax.tree.map(jax.numpy.asarray, (case.params, case.x, case.state))
        grads, found = jax.jit(jax.grad(loss, argnums=(0, 1, 2), has_aux=True))(*given)
    dp, dx, dstate = grads
    found = {**found, **{f"d {k}": g for k, g in dp.items()}, "d x": dx}
    found |= _numbered("d state", dstate)
    return {name: np.asarray(value) for name, value in found.items()}


def _numbered(name, values):
    return {f"{name} {k}": value for k, value in enumerate(values)}
