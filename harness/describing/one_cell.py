"""``gatelab cells NAME``: a cell's docstring and what is derived from its step, as text."""

import textwrap
from pathlib import Path

from gatelab.variants import VariantError

from ..calculus import latex as tex
from ..calculus import text
from ..diagram import draw
from . import starts
from .about import docstring, formula

WIDTH = 98


def described(cls, layer):
    """The main facts about a cell, on a screen or two."""
    D, H = layer.inputs, layer.hidden
    options = [f"{name} = {value!r}  {about}" for name, value, about in starts.options(cls)]
    size = f"{layer.size:,} = {formula(layer.program)} with D = {D} inputs and H = {H} units"
    parts = {
        cls.name: docstring(cls) or "(no docstring)",
        f"Parameters: {size}": _parameters(starts.parameters(layer)),
        "States": "\n".join(f"{name}  (H,)  {start}" for name, start in starts.states(layer)),
        "Hyperparameters": "\n".join(options),
        "Equations": text.equations(layer.program),
        "Gradient": f"{textwrap.fill(text.NOTE, WIDTH)}\n\n{text.gradient(layer.program)}",
    }
    shown = {heading: textwrap.indent(body, "  ") for heading, body in parts.items() if body}
    return "\n\n".join(f"{heading}\n\n{body}" for heading, body in shown.items())


def _parameters(rows):
    """Names, shape and start; many names take several lines."""
    width = min(max((len(" ".join(names)) for names, *_ in rows), default=0), WIDTH // 2)
    lines = []
    for names, shape, start in rows:
        *above, last = textwrap.wrap(" ".join(names), width)
        lines += [*above, f"{last:{width}}  {shape:6}  {start}"]
    return "\n".join(lines) or "none"


def latex(cls, program):
    """Equations and gradient in LaTeX, to paste into a paper."""
    return f"% {cls.name}\n{tex.equations(program)}\n\n{tex.gradient(program)}"


def numpy(cls, program):
    """The step and its gradient in NumPy."""
    from ..kernels.text.array_code import source

    return source(program).rstrip()


def kernel(cls, program):
    """The source that Numba compiles."""
    from ..kernels.text.loop_code import loop_source

    return loop_source(program, "float32").text.rstrip()


def diagram(program, file):
    """Write the drawing of a step to a file; returns a line that says where."""
    path = Path(file)
    try:
        path.write_text(draw(program), encoding="utf-8")
    except OSError as error:
        raise VariantError(f"cannot write {file}: {error.strerror}; give another path") from None
    return f"drawn in {file}"
