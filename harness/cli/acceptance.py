"""Does the bench reach what a right implementation should? Prints target, reached, verdict.

    gatelab acceptance
    gatelab acceptance --only shakespeare etth1_24

Half an hour on two cores; started again, it continues. Misses are shown as misses. What is
promised, and where each target comes from: studies/promises.py.
"""

import click

from . import options
from .ending import continuing
from .words import Several, command


@command("acceptance", __doc__)
@click.option("--only", cls=Several, metavar="NAME ...", help="these promises alone")
@options.out("runs/acceptance", "folder of the studies")
@options.workers
def acceptance(only, out, workers):
    from gatelab.studies.acceptance import show

    with continuing():
        show(only, out, workers)
