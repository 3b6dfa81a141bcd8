"""Do the parts of the LSTM matter? The nine cells of the Search Space Odyssey on the chorales.

    gatelab odyssey
    gatelab odyssey --write docs/results/odyssey.md

Takes an hour and a half on two idle cores (estimated); run again, it continues where it stopped.
The second command trains nothing: it makes the page from the draws that there are, also of a study
that is running. What is done, and what the paper does otherwise: studies/odyssey.py.
"""

import click

from . import options
from .ending import continuing
from .words import command


@command("odyssey", __doc__)
@click.option("--trials", type=int, default=100, metavar="N", help="draws per cell (100)")
@options.out("runs/odyssey", "folder of the study")
@options.workers
@options.write
def odyssey(trials, workers, out, write):
    from gatelab.studies.odyssey_page import show

    with continuing():
        show(trials, workers, out, write)
