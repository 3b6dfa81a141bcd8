"""Send to MLflow what it lacks of a study, and train nothing.

    gatelab sync runs
    gatelab sync runs --tracking-uri http://host:5000

A study keeps its results in its own folder, whatever happens to MLflow. What MLflow has already is
not doubled.
"""

import sys
from pathlib import Path

import click

from . import options
from .ending import NOT_ALL_LOGGED
from .words import command


@command("sync", __doc__)
@click.argument("out", type=options.PATH, default=Path("runs"))
@options.tracking_uri
@options.import_files
@click.option(
    "--wait", type=click.FloatRange(min=0), default=60, metavar="S", help="at most so long (60)"
)
def sync(out, tracking_uri, files, wait):
    from ..running import checks
    from ..running.sending import sync

    print("sending to MLflow ...", file=sys.stderr, flush=True)
    left = sync(out, checks.tracking_uri(tracking_uri), wait)
    if left:
        print(f"MLflow still lacks something of {left} run{'s' * (left > 1)}: try again later")
        return NOT_ALL_LOGGED
    print("MLflow has everything")
    return 0
