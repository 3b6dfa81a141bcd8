"""A cell's page: what it is, its drawing, its equations, its sizes, how to use it."""

from gatelab.variants.language.variant import hyperparameters

from ..calculus import latex, text
from ..describing import starts
from ..describing.about import formula, matrices, words
from ..foundation.markdown import fence, table
from ..networks.layer import Layer
from . import frame
from .docstrings import prose

D, H = 28, 128  # the sizes for which parameters are counted
LONGEST = 150  # most lines of a gradient that is shown
TIES = "[what each is tied to](../verification.md)"


def page(cls, pages):
    """The page of a class.

    Args:
        pages: names of the cells that have a page, for links.
    """
    layer, said = Layer(cls, D, H, backend="numpy"), words(cls)
    sections = [
        f"**{prose(said.summary, pages)}**",
        *(prose(paragraph, pages) for paragraph in said.notes),
        prose(said.used, pages),
        prose(said.citation, pages),
        f"![One step of {cls.name}, drawn]({cls.name}.svg)",
        f"## Equations\n\n{mathematics(layer.program)}",
        f"## Sizes and starts\n\n{_sizes(layer)}\n\n{_starts(layer)}",
        _options(cls),
        _use(cls),
        _gradient(layer.program),
    ]
    return frame.page("cell", cls, "variants", sections, TIES)


def mathematics(program):
    r"""A step's equations: GitHub allows neither ``align*`` in a block nor ``\operatorname``."""
    shown = latex.equations(program).replace("align*", "aligned")
    return fence("math", shown.replace(r"\operatorname", r"\mathrm"))


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
    return frame.use(shell, ["adding"], [rival, cls.name])


def _another(cls):
    """``depth=4``: the first hyperparameter with a value other than its default, or None."""
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


def _counted(number):
    return "1 matrix" if number == 1 else f"{number} matrices"
