"""Does squish, or any other function, beat tanh and sigmoid in an LSTM under equal tuning?

    gatelab activations
    gatelab activations --activations relu squish --trials 10 --out runs/relu

Takes about twelve minutes on two idle cores (estimated); run again, it continues where it stopped.
What is compared, and why: studies/activations.py.
"""

import click

from . import options
from .ending import continuing
from .words import Several, command


@command("activations", __doc__)
@click.option("--trials", type=int, default=30, metavar="N", help="per task and LSTM (30)")
@click.option(
    "--activations",
    cls=Several,
    metavar="NAME ...",
    help="to compare with tanh and sigmoid (relu, softsign, squish and others: all)",
)
@options.out("runs/activations", "folder of the study")
@options.workers
def activations(activations, trials, out, workers):
    from gatelab.studies.activations import run

    with continuing():
        run(activations, trials, out, workers)
