"""The answer of a study: tables, verdicts and the page, from its folder alone.

    gatelab report runs
    gatelab report runs/mine runs/other

The folder may hold a finished, an interrupted or a running study; what is unfinished is marked.
Prints the answer and writes report.html and the tables into the folder, if that can be written. Of
several folders, the test scores are also printed side by side.
"""

import os

import click

from . import options
from .words import command


@command("report", __doc__)
@click.argument("folders", nargs=-1, required=True, type=options.PATH, metavar="OUT ...")
def report(folders):
    from rich.console import Console

    from ..reporting import answer, screen
    from ..reporting.ledger import Ledger

    console = Console(soft_wrap=True)
    console.width = max(console.width, 160)
    ledgers = [Ledger.read(out) for out in folders]
    for ledger in ledgers:
        if len(ledgers) > 1:
            console.rule(str(ledger.out), align="left")
        screen.show(ledger, console)
        if not os.access(ledger.out, os.W_OK):  # somebody else's
            console.print(f"no page: {ledger.out} cannot be written; a copy of it gets one")
            continue
        with console.status("writing the page ..."):
            page = answer.write(ledger)
        console.print(f"as a page: {page}", highlight=False)
    if len(ledgers) > 1:
        console.print(screen.side_by_side(ledgers))
