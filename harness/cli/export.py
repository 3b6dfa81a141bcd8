"""Write a cell, or a trained network, as a Python file for another framework.

    gatelab export peephole --to torch --out peephole.py
    gatelab export rhn:depth=5 --to jax
    gatelab export my_cell --import my_cell.py --to keras --out my_cell_keras.py
    gatelab export runs/first/weights/adding/gru/trial-0007.npz --to torch --out gru_adding.py

The file imports that framework and nothing else. It has the cell's equations in its author's
letters, its docstring and citation, its initial values, and a layer over time for sequences of
different lengths. A network's file has its levels, directions and readout, too, and takes in the
weights of the file that it was written from. Without --out the text is printed.
"""

from pathlib import Path

import click

from . import options
from .words import command


@command("export", __doc__)
@click.argument("cell", type=options.CELL)
@click.option(
    "--to", type=click.Choice(["torch", "jax", "keras"]), required=True,
    help="the framework that the file needs",
)  # fmt: skip
@options.out(None, "the file to write (printed)")
@options.import_files
def export(cell, to, out, files):
    from ..foundation import durable

    if out is not None and out.is_dir():
        raise click.UsageError(f"{out} is a folder; name the file to write (--out)")
    text = _text(cell, to)
    if out is None:
        return print(text, end="")
    durable.write(out, text.encode())
    print(f"{out}: {cell} in {to}")


def _text(cell, to):
    """The file for a registered cell, or for the network in a file of weights."""
    from gatelab import Network, variants

    from ..standalone.writing import network_source, source

    if Path(cell).suffix in (".npz", ".safetensors"):
        return network_source(Network.load(cell), to)
    return source(variants.get(cell), to)
