"""A cell's page: what it is, its drawing, its equations, its sizes, how to use it."""

import inspect
from pathlib import Path

from gatelab.variants.language.variant import hyperparameters

from ..calculus import text
from ..describing import starts
from ..describing.about import formula, matrices, words
from ..networks.layer import Layer
from .markdown import fence, mathematics, prose, table

D, H = 28, 128  # the sizes that parameters are counted for
LONGEST = 150  # lines of a gradient that is still shown
MARK = "<!-- Made by `make docs` from the cell's own file: edit that. -->"


def page(cls, pages):
    """The page of a class.

    Args:
        pages: names of cells that have one, to be linked.
    """
    layer, said = Layer(cls, D, H, backend="numpy"), words(cls)
    parts = [
        f"{MARK}\n\n# {cls.name}",
        f"**{prose(said.summary, pages)}**",
        *(prose(paragraph, pages) for paragraph in said.notes),
        prose(said.used, pages),
        prose(said.citation, pages),
        f"![One step of {cls.name}, drawn]({cls.name}.svg)",
        f"## Equations\n\n{mathematics(layer.program)}",
        f"## Sizes and starts\n\n{_sizes(layer)}\n\n{_starts(layer)}",
        _options(cls),
        f"## Use\n\n{_use(cls)}",
        _gradient(layer.program),
        f"[All cells](README.md) · [what each is tied to](../verification.md) · {_source(cls)}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _sizes(layer):
    program = layer.program
    return (
        f"{_counted(matrices(program))}; {formula(program)} parameters, "
        f"{layer.size:,} with D = {D} inputs and H = {H} units."
    )


def _starts(layer):
    rows = [(" ".join(f"`{n}`" for n in names), s, start) for names, s, start in _rows(layer)]
    return table(("", "shape", ""), rows)


def _rows(layer):
    yield from (((name,), "state (H,)", start) for name, start in starts.states(layer))
    yield from starts.parameters(layer)


def _options(cls):
    rows = [(f"`{n}`", f"`{value!r}`", prose(about)) for n, value, about in starts.options(cls)]
    return rows and f"## Hyperparameters\n\n{table(('', 'default', ''), rows)}"


def _use(cls):
    rival = "gru" if cls.name == "standard" else "standard"
    shell = [
        f"gatelab cells {cls.name}",
        f"gatelab compare --tasks adding --variants {rival} {cls.name} --out runs/mine",
    ]
    if other := _another(cls):
        shell[0] += f"        # with another option: {cls.name}:{other}"
    script = (
        "from gatelab import Study\n\n"
        f'Study(tasks=["adding"], variants=["{rival}", "{cls.name}"], out="runs/mine").run()'
    )
    return f"{fence('sh', chr(10).join(shell))}\n\n{fence('python', script)}"


def _another(cls):
    """``depth=4``: the first hyperparameter with another value than its default, or None."""
    for name, value in hyperparameters(cls).items():
        known = cls.search.get(name, ())
        if isinstance(value, bool):
            return f"{name}={not value}"
        if isinstance(value, int):
            return f"{name}={value + 1}"
        if others := [other for other in known if other != value and other != "log"]:
            return f"{name}={others[-1]}"
    return None


def _gradient(program):
    lines = text.gradient(program)
    if lines.count("\n") >= LONGEST:
        return ""
    shown = fence("text", lines)
    return (
        "<details>\n<summary>The derived gradient of one step</summary>\n\n"
        f"{prose(text.NOTE)}\n\n{shown}\n\n</details>"
    )


def _source(cls):
    file = Path(inspect.getfile(cls)).name
    return f"[variants/{file}](../../variants/{file})"


def _counted(number):
    return "1 matrix" if number == 1 else f"{number} matrices"
