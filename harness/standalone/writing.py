"""A cell as the text of a Python file that imports one framework and nothing else."""

import re
from dataclasses import asdict
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from gatelab.variants.language.operations.over_units import EPSILON
from gatelab.variants.language.parameters import kind
from gatelab.variants.language.variant import initial_values

from ..calculus.program import derive
from ..describing.about import docstring
from ..errors import LayerError
from ..foundation.errors import unknown
from ..kernels.text.names import Names
from .layout import defined, folded, listed, tupled
from .naming import ARGUMENTS, HELPERS, OWN, class_name
from .rows import Words, step
from .starts import demanded, keras_initializer

#: Per framework, how it says what is not in the table of operations.
FRAMEWORKS = {
    "torch": Words(
        "torch",
        "self.{}",
        "self.{}",
        ("torch", "nn", "Tensor", "self", *OWN, *HELPERS),
        clamps=True,
    ),
    "jax": Words("jax", 'p["{}"]', "{}", ("jax", "jnp", "p", "start", "step", *HELPERS)),
    "keras": Words(
        "keras",
        "self.{}",
        "self.{}",
        ("keras", "ops", "self", "states", *HELPERS),
        "ops.transpose({})",
    ),
}
AXES = {"D": "inputs", "H": "hidden"}


def source(variant, framework):
    """A cell as the text of a Python file.

    It holds the cell's docstring with its citation, its equations in the author's letters, its
    initial values, and a layer over time for sequences of different lengths.

    Args:
        variant: an instance of a variant, or the class itself for its defaults. What is structure
            in it (a depth, a switch) is written as it is; its numbers become arguments.
        framework: "torch", "jax" or "keras".

    Returns:
        str.

    Raises:
        LayerError: an unknown framework.
        variants.TraceError: the variant's step cannot be traced.
    """
    variant = variant() if isinstance(variant, type) else variant
    return _written(variant, framework, derive(variant))


def network_source(network, framework):
    """A network as the text of a Python file: its cell, as in ``source``, and what is around it.

    Sizes and wiring are the network's own. The step is that of predictions: nothing is dropped, and
    zoneout mixes old and new states by its rate.

    Args:
        network: a ``Network``.
        framework: "torch", "jax" or "keras".

    Returns:
        str.

    Raises:
        LayerError: an unknown framework.
    """
    layer, zoneout = network.layer, network.rates.zoneout
    program = derive(layer.variant, ("zoneout",) if zoneout else (), layer.layer_norm)
    return _written(layer.variant, framework, program, network)


def _written(variant, framework, program, network=None):
    if framework not in FRAMEWORKS:
        raise unknown("framework", framework, FRAMEWORKS, LayerError)
    values = initial_values(variant) | program.starts
    called, numbers = Names(ARGUMENTS), {name: getattr(variant, name) for name in program.hypers}
    if program.noise and network:
        numbers["zoneout"] = network.rates.zoneout
    hypers = {name: called.of(name, name) for name in numbers}
    written = step(program, FRAMEWORKS[framework], hypers)
    template = _templates().get_template(f"{framework}.py.jinja")
    text = template.render(
        doc=_doc(type(variant)),
        name=class_name(variant),
        hypers=[_hyper(name, numbers[own]) for own, name in hypers.items()],
        handed="".join(f", {name}={name}" for name in hypers.values()),
        own_handed="".join(f", {name}=self.{name}" for name in hypers.values()),
        parameters=[_parameter(name, values) for name in program.parameters],
        sized=next(name for name in program.parameters if kind(name).axes),
        demanded=demanded(program.parameters, values),
        started=[values.get(state, 0.0) for state in program.states],
        states=f"Tuple[{', '.join(['Tensor'] * len(program.states))}]",
        olds=written.olds,
        news=written.news,
        lines=written.lines,
        operations=written.operations,
        sizes=network and _sizes(network),
    )
    return re.sub(r"\n{4,}", "\n\n\n", text).rstrip() + "\n"


def _sizes(network):
    """What the written class of a network takes, by name, with this network's values."""
    wiring = asdict(network.stack.wiring)
    del wiring["layer_norm"]  # is in the equations
    given = {"hidden": network.layer.hidden, "outputs": network.outputs} | wiring
    return {"inputs": network.inputs} | given | {"per_step": network.per_step}


@cache
def _templates():
    made = Environment(
        loader=PackageLoader(__name__.rpartition(".")[0], "templates"),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"folded": folded, "listed": listed, "tupled": tupled}
    made.filters |= {"filled": _filled, "states": _states}
    made.globals |= {"defined": defined, "epsilon": EPSILON}
    return made


def _filled(items, form):
    """Each item in a template of text."""
    return [form.format(item) for item in items]


def _states(starts, form):
    """The states before the first step, most of which are 0."""
    return [form.format(start) if start else "zeros" for start in starts]


def _doc(cls):
    text = docstring(cls) or f"{cls.__name__}, a recurrent cell."
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _hyper(name, value):
    return {"name": name, "given": f"{name}={value!r}", "typed": f"{name}: float = {value!r}"}


def _parameter(name, values):
    axes = [AXES[axis] for axis in kind(name).axes]
    shape = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
    start = keras_initializer(name, values)
    made = f'self.add_weight(name="{name}", shape={shape}, initializer={start})'
    sizes = ", ".join(axes) or "()"
    return {"name": name, "shape": shape, "sizes": sizes, "keras": f"self.{name} = {made}"}
