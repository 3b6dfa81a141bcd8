"""The cells: their equations, their diagrams, and what they do once they are trained."""

import re
from dataclasses import dataclass, field

from .. import artifacts, cell_figures
from .canvas import rendered
from .parts import Figure, Section, Table

#: Most figures of single cells on a page, of some 50 kB each; the others are files.
ACTIVATIONS = 24


@dataclass(frozen=True)
class Cell:
    """A cell on the page.

    Attributes:
        name: of the variant.
        mathml, equations: its equations as MathML and as text; "" if they were not kept.
        diagram: ``<svg>`` element, or "".
        source: of its step, or "".
        figures: what it does on test sequences.
    """

    name: str
    mathml: str
    equations: str
    diagram: str
    source: str
    figures: list[Figure] = field(default_factory=list)


def described(view, dynamics):
    """A ``Cell`` per variant.

    Args:
        dynamics: as from ``dynamics_of``.
    """
    room = ACTIVATIONS // max(1, len(view.variants))
    return [_cell(view, name, dynamics, max(1, room)) for name in view.variants]


def _cell(view, name, dynamics, room):
    kept = view.ledger.cell(name)
    figures = [
        _activations(view, task, name, found[name])
        for task, found in dynamics[:room]
        if name in found and name in view.shown(task)[0]
    ]
    return Cell(
        name, kept.get("mathml", ""), kept.get("equations", ""),
        scoped(kept.get("diagram", "")), kept.get("source", ""), figures,
    )  # fmt: skip


def scoped(svg):
    """A cell's diagram without its style sheet, which would rule the whole page; see style.css."""
    start = svg.find("<svg")
    if start < 0:
        return ""
    body = re.sub(r"<style>.*?</style>", "", svg[start:], flags=re.S)
    # What the drawing says of its trace is for tests of the drawing.
    body = re.sub(r'\s+data-[a-z]+="[^"]*"', "", body)
    # As wide as it was drawn, or less, where there is less room.
    style = r'\1 style="max-width:\2px;min-width:min(\2px,30rem)"'
    return re.sub(r'^(<svg[^>]*?) width="([\d.]+)" height="[\d.]+"', style, body.strip(), count=1)


def _activations(view, task, name, found):
    title = f"Activations of {name}: {task.name}"
    return _figure(
        view, view.name("activations", task.name, name), title, cell_figures.activations(found)
    )


def dynamics_of(view):
    """What the study has kept: a list of (task, {variant: Dynamics}); tasks may be missing."""
    made = []
    for task in view.tasks:
        kept = {v: artifacts.dynamics_of(view.ledger.out, v, task.name) for v in view.rows(task)}
        found = {v: each[1] for v, each in kept.items() if each}
        if found:
            made.append((task, found))
    return made


def sections(view, dynamics):
    """What trained cells do, side by side, task by task."""
    if not dynamics:
        return []
    kinds = {
        "saturation": ("Saturation of the gates", cell_figures.saturation),
        "half-life": ("Half-life of the memory", cell_figures.half_lives),
        "drift": ("Drift of the state", cell_figures.drift),
        "lag": ("Gradient norm against lag", cell_figures.lag),
    }
    figures, chosen = [], {v: look.colour for v, look in view.looks.items()}
    for task, found in dynamics:
        shown = {v: found[v] for v in view.shown(task)[0] if v in found}
        for kind, (title, draw) in kinds.items():
            made = draw(shown, chosen) if shown else None
            if made is not None:
                figures.append(
                    _figure(view, view.name(kind, task.name), f"{title}: {task.name}", made)
                )
    if not figures:
        return []
    lead = [
        "Of each cell the network with the best validation score, on sequences of the test split."
    ]
    return [Section("dynamics", "What the trained cells do", lead, figures)]


def _figure(view, name, title, shown):
    svg = rendered(name, title, shown.caption, shown.figure, view.files)
    return Figure(name, title, svg, shown.caption, Table.of(shown.table))
