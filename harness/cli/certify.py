"""Check cells: gradients, renderings, batches, masks, limits.

    gatelab certify peephole rhn:depth=5
    gatelab certify my_cell.py

A Python file stands for the cells that it registers. Without a name, all cells are checked. The
exit status is 1 if a cell fails.
"""

import sys

import click

from . import options
from .words import command


@command("certify", __doc__)
@click.argument("cells", nargs=-1, type=options.CELL, metavar="[CELL|FILE]...")
@options.import_files
def certify(cells, files):
    from gatelab.variants import get
    from gatelab.variants.language.registry import VARIANTS

    from .registered import names_of

    classes = [get(name) for name in names_of(cells, VARIANTS)]
    return max([_certify(cls) for cls in dict.fromkeys(classes)])


def _certify(cls):
    from gatelab.variants import VariantError

    from .. import certify
    from ..errors import CertificationError
    from .ending import said

    try:
        print(certify(cls), end="\n\n", flush=True)
    except (CertificationError, VariantError) as error:
        print(f"error: {said(error)}", file=sys.stderr)
        return 1
    return 0
