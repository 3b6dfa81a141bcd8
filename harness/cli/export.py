"""Write a cell as a Python file for another framework.

    gatelab export peephole --to torch --out peephole.py
    gatelab export rhn:depth=5 --to jax
    gatelab export my_cell --import my_cell.py --to keras --out my_cell_keras.py

The file imports that framework and nothing else. It has the cell's equations in its author's
letters, its docstring and citation, its initial values, and a layer over time for sequences of
different lengths. Without --out the text is printed.
"""

import click

from . import options
from .words import command


@command("export", __doc__)
@click.argument("cell", type=options.CELL)
@click.option("--to", type=click.Choice(["torch", "jax", "keras"]), required=True)
@options.out(None, "the file to write (printed)")
@options.import_files
def export(cell, to, out, files):
    from gatelab import variants

    from ..foundation import durable
    from ..standalone.writing import source

    if out is not None and out.is_dir():
        raise click.UsageError(f"{out} is a folder; name the file to write (--out)")
    text = source(variants.get(cell), to)
    if out is None:
        return print(text, end="")
    durable.write(out, text.encode())
    print(f"{out}: {cell} in {to}")
