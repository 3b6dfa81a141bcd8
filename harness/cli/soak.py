"""Does a study survive the death of its processes?

    gatelab soak
    gatelab soak --on postgresql --kills 100 --seed 1
    gatelab soak --on dask --minutes 10

Runs small studies and kills their processes at random: the conductor, one worker, all of them, and
on Dask the scheduler and its workers. Each study is started again until it is over, and then has to
be what an undisturbed one is: the same records, curves, leaderboard and weights, to the bit; every
trial once; nothing left running in MLflow, no process, no file too many. Prints what was killed,
how often, and what differs; the exit status is 1 if anything does.

PostgreSQL is a private server, which needs the system's package postgresql. Fifty kills take about
a quarter of an hour on two idle cores. Everything is deleted at the end, unless --out is given or
something was wrong.
"""

import click

from . import options
from .words import command


@command("soak", __doc__)
@click.option(
    "--kills", type=click.IntRange(min=1), default=50, metavar="N", help="how many processes (50)"
)
@options.seed
@click.option(
    "--on", type=click.Choice(["sqlite", "postgresql", "dask"]), default="sqlite",
    help="where trials and workers are (sqlite)",
)  # fmt: skip
@click.option(
    "--every", type=click.FloatRange(min=0, min_open=True), default=10, metavar="S",
    help="seconds between two kills, on average; more on a busy machine (10)",
)  # fmt: skip
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), metavar="M",
    help="kill nothing more after so long; studies at work come to their end",
)  # fmt: skip
@options.out(None, "keep the studies and their logs in this folder (deleted, if nothing is wrong)")
def soak(on, kills, seed, every, minutes, out):
    from gatelab.studies.soak.counts import told
    from gatelab.studies.soak.soak import soak

    counts = soak(on, kills, seed, minutes, out, every=every)
    print(told(on, counts))
    return 1 if counts.wrong else 0
