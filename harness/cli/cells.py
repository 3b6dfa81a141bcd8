"""List all cells, or show one with its equations and its derived gradient.

    gatelab cells                      every cell: states, sizes, work, time, citation
    gatelab cells --matching oscill    those with that in their name, summary or citation
    gatelab cells peephole             one cell: its equations and its derived gradient
    gatelab cells peephole --latex     the same for a paper; --numpy, --kernel: as code
    gatelab cells peephole --diagram peephole.svg     a drawing of its step
    gatelab cells odyssey:peepholes=False,forget_gate=coupled      with options
    gatelab cells --import my_cell.py my_cell      a cell of your own

Equations and gradients are derived from the cell's own step.
"""

import click

from . import options
from .words import command


@command("cells", __doc__)
@click.argument("name", required=False, type=options.CELL)
@click.option("--latex", is_flag=True, help="equations and gradient as LaTeX")
@click.option("--numpy", is_flag=True, help="the step and its gradient in NumPy")
@click.option("--kernel", is_flag=True, help="the source that Numba compiles")
@click.option("--diagram", type=options.PATH, metavar="FILE", help="draw the step as an SVG file")
@click.option("--matching", default="", metavar="TEXT", help="only cells that mention it")
@click.option("--inputs", type=int, default=28, metavar="D", help="size of x (28)")
@click.option("--hidden", type=int, default=128, metavar="H", help="number of units (128)")
@options.import_files
def cells(name, matching, inputs, hidden, diagram, files, **renderings):
    options.one_of(diagram=diagram, **renderings)
    if name:
        return print(_one(name, inputs, hidden, diagram, renderings))
    if diagram or any(renderings.values()):
        raise click.UsageError("no cell is named; write gatelab cells NAME and the option")
    from ..describing import listing

    return listing.show(inputs, hidden, matching)


def _one(name, inputs, hidden, diagram, renderings):
    """The requested description of one cell, as text."""
    from .. import Layer, variants
    from ..calculus.program import derive
    from ..describing import one_cell

    cls = variants.get(name)
    program = derive(cls())
    if diagram:
        return one_cell.diagram(program, diagram)
    for rendering, asked in renderings.items():
        if asked:
            return getattr(one_cell, rendering)(cls, program)
    return one_cell.described(cls, Layer(cls, inputs, hidden, backend="numpy"))
