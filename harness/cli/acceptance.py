"""Does the bench reach the results of a correct implementation? Prints target, result, verdict.

    gatelab acceptance
    gatelab acceptance --only shakespeare etth1_24

Takes half an hour on two cores; run again, it continues where it stopped. Missed targets are shown
as such. The targets and their sources are in studies/promises.py.
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
