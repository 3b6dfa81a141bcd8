"""Run a recorded trial again, from its record alone, and compare to the bit.

    gatelab replay runs adding/gru#3
    gatelab replay runs "adding/gru/confirm 0#3"
    gatelab replay 0f3a5e0c9d1b4c6f8e2a7b3d5c9e1f20 --tracking-uri http://host:5000
    gatelab replay runs load/gru#3 --task load.csv:window=48 --import my_cell.py

The trial is named by its study's folder, or by the id of its run in MLflow. Prints "the same to the
bit", or what is not the same: which number first, and which version, processor, data or cell is
another. The status is 0 if it is the same, else 1. Nothing is written.
"""

import click

from . import options
from .words import command


@command("replay", __doc__)
@click.argument("place", metavar="OUT|RUN_ID")
@click.argument("trial", required=False, metavar="[TASK/CELL#SLOT]")
@options.tracking_uri
@click.option("--task", "spelled", metavar="TASK", help="the task as the study had it, for files")
@options.import_files
def replay(place, trial, tracking_uri, spelled, files):
    from ..replaying import replayed

    same, lines = replayed(_kept(place, trial, tracking_uri), spelled)
    print("\n".join(lines))
    return 0 if same else 1


def _kept(place, trial, tracking_uri):
    from ..errors import StudyError
    from ..replaying.kept import in_folder, in_mlflow
    from ..running import checks

    if trial is not None:
        return in_folder(place, trial)
    if uri := checks.tracking_uri(tracking_uri):
        return in_mlflow(uri, place)
    raise StudyError(
        "which trial? write gatelab replay OUT TASK/CELL#SLOT, or a run's id with --tracking-uri"
    )
