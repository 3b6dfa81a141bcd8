"""Which published claims hold here? Lists them with their outcomes; with names, runs their studies.

    gatelab claims
    gatelab claims parity counting
    gatelab claims --all --workers 1
    gatelab claims --write docs/results/claims.md
    gatelab claims my_claim.toml --import my_cell.py

A claim is a file in studies/claims that fixes cells, tasks, budget and rule before its study runs.
Its outcome is "reproduced", "contradicted" or "not decided". Most take five to fifteen minutes of
one core; run again, a study continues where it stopped, and Ctrl-C is safe at any time.
"""

import click

from . import options
from .ending import continuing
from .options import Names
from .words import command


def _claims():
    from gatelab.studies.claims import reading

    return reading.names()


@command("claims", __doc__)
@click.argument("names", nargs=-1, type=Names("claim", _claims), metavar="[NAME ...]")
@click.option("--all", "every", is_flag=True, help="run all claims")
@click.option("--write", type=options.PATH, metavar="PAGE.md", help="write the page of all claims")
@options.out("runs/claims", "folder of the studies")
@options.workers
@options.import_files
@options.quiet
def claims(files, names, every, write, out, workers, quiet):
    from gatelab.studies.claims import showing

    options.one_of(all=every, write=write)
    if names and (every or write):
        raise click.UsageError("give names, --all or --write, one of them")
    with continuing():
        if names:
            showing.run(names, out, workers, quiet)
        elif every:
            showing.run_all(out, workers, quiet)
        elif write:
            showing.write(write, out)
        else:
            showing.show(out)
