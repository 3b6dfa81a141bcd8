"""Program: everything that is derived from a step, in one value.

``derive(variant)`` runs the whole calculus: it traces the step, gathers the products and derives
the backward pass. Kernels, printing and checks all use the same program, so they cannot disagree.
"""

import hashlib
from dataclasses import dataclass, replace

from gatelab.variants.language.errors import TraceError
from gatelab.variants.language.symbols import Symbol
from gatelab.variants.language.table import names
from gatelab.variants.language.variant import hyperparameters

from .adjoint import Adjoint, adjoint
from .around import around
from .blocks import Blocks, gather
from .deterministic import check_repeats
from .naming import name_nodes
from .trace import Trace, trace
from .unused import warnings

# Cheap operations: the backward pass recomputes their results instead of storing them.
RATIONAL = tuple(names(lambda op: op.cheap))


@dataclass(frozen=True)
class Program:
    """A step, its adjoint, and the values that pass from one to the other.

    Attributes:
        traced: the step as its author wrote it, with noise and layer normalisation added.
        blocks: the step with its products gathered.
        adjoint: the derived backward pass.
        saved: forward nodes whose values are stored for the backward pass.
        names: {node index: readable name}.
        hypers: names of the run-time hyperparameters, in order.
        noise: names of the noise arrays that a step takes, in order.
        starts: {parameter: initial value} of parameters added to the step.
        identity: hash of the statements, independent of the cell's name; a key for caches.
        title: the name shown to users.
        warnings: one line per value, input, state or hyperparameter that has no effect.
    """

    traced: Trace
    blocks: Blocks
    adjoint: Adjoint
    saved: tuple[Symbol, ...]
    names: dict[int, str]
    hypers: tuple[str, ...]
    noise: tuple[str, ...]
    starts: dict[str, float]
    identity: str
    title: str
    warnings: tuple[str, ...]

    @property
    def states(self):
        return self.blocks.states

    @property
    def parameters(self):
        return self.blocks.parameters

    @property
    def all(self):
        return self.blocks.graph.nodes

    @property
    def backward_roots(self):
        """The results of the backward pass of one step."""
        back = self.adjoint
        ends = [back.inputs, *back.states, *back.vectors.values(), *back.rows.values()]
        return tuple(n for n in ends if n is not None)


def derive(variant, noise=(), layer_norm=False):
    """The program of a variant, derived once per class and structural hyperparameters.

    Args:
        variant: an instance of a variant.
        noise: kinds of noise in the step; see ``around``.
        layer_norm: whether pre-activations are normalised; see ``around``.

    Returns:
        Program.

    Raises:
        variants.TraceError: the step cannot be traced, or the noise or normalisation does not
            apply to it.
    """
    cls = type(variant)
    structure = tuple(
        (name, getattr(variant, name))
        for name, default in hyperparameters(cls).items()
        if not isinstance(default, float)
    )
    known, key = _PROGRAMS.setdefault(cls, {}), (structure, tuple(noise), layer_norm)
    if key not in known:
        known[key] = _derive(variant, noise, layer_norm)
    return known[key]


_PROGRAMS: dict[type, dict[tuple, Program]] = {}


def _derive(variant, noise, layer_norm):
    step = trace(variant)
    check_repeats(step, variant)
    traced, starts = _surrounded(step, variant, noise, layer_norm)
    idle = warnings(step, variant)
    blocks = gather(traced)
    forward_end = len(blocks.graph.nodes)
    back = adjoint(blocks)
    own = hyperparameters(type(variant)).items()
    hypers = tuple(sorted(k for k, v in own if isinstance(v, float)))
    drawn = tuple(n.value for n in blocks.graph.nodes if n.op == "noise")
    names = name_nodes(blocks, back)
    program = Program(
        traced, blocks, back, (), names, hypers, drawn, starts, "", _title(variant), idle
    )  # fmt: skip
    saved = _frontier(program.backward_roots, forward_end, blocks.outputs)
    return replace(program, saved=saved, identity=_identity(program))


def _surrounded(traced, variant, noise, layer_norm):
    """The trace of a variant with noise and layer normalisation, and added initial values."""
    title = _title(variant)
    if "zoneout" in noise and not variant.zoneout:
        raise TraceError(f"{title}: zoneout does not suit its states; use recurrent_dropout")
    try:
        return around(traced, noise, layer_norm)
    except TraceError as error:
        raise TraceError(f"{title}: {error}") from None


def _title(variant):
    return variant.name or type(variant).__name__


def _identity(program):
    lines = [f"{n.index}:{n.op}:{n.value}:{[a.index for a in n.args]}" for n in program.all]
    roots = [n.index for n in (*program.blocks.outputs, *program.backward_roots)]
    head = f"{program.parameters}{program.states}{program.hypers}{roots}"
    return hashlib.sha256("\n".join([head, *lines]).encode()).hexdigest()[:16]


def _frontier(roots, forward_end, outputs):
    """Forward values to store for the backward pass: new states, and values costly to recompute."""
    found, seen, waiting = {}, set(), list(roots)
    kept = {o.index for o in outputs}
    while waiting:
        node = waiting.pop()
        if node.index in seen:
            continue
        seen.add(node.index)
        computed = node.index < forward_end and bool(node.args)
        if computed and (node.op not in RATIONAL or node.index in kept):
            found[node.index] = node
        else:
            waiting.extend(node.args)
    return tuple(found[i] for i in sorted(found))
