"""Do a study's decisions keep their word? Simulated studies whose truth is known.

    gatelab calibrate
    gatelab calibrate --studies 20000 --seed 1

Prints, as Markdown: false alarms of every decision where nothing differs, how often intervals hold
the truth, how often cells that differ by one margin are called equal, and power beside theory. Two
thousand studies per row take a minute on two idle cores.
"""

import click

from . import options
from .words import command


@command("calibrate", __doc__)
@click.option(
    "--studies", type=click.IntRange(min=1), default=2000, metavar="N", help="per row (2000)"
)
@options.seed
@options.workers
def calibrate(studies, seed, workers):
    from ..running.checks import count
    from ..statistics.calibration_table import show

    show(studies, seed, count("workers", workers))
