"""How far is a study, and who runs it?

    gatelab status runs
    gatelab status postgresql://me@db.example.org/lab
    gatelab status postgresql://me@db.example.org/lab --study 3f2a
    gatelab status runs --json

Says how many trials have ended, the best so far, which process runs the study since when, the
time left, and what MLflow lacks. Anybody may ask while the study runs: nothing is changed or
locked. Of a database with several studies there is a line for each; --study shows one of them in
full. A password is best left to GATELAB_STORAGE, PGPASSWORD or ~/.pgpass.
"""

import json

import click

from .words import command

DEFAULT = "runs"


@command("status", __doc__)
@click.argument("places", nargs=-1, metavar="[OUT|URL ...]")
@click.option("--study", default="", metavar="ID", help="the one whose id begins so, in a database")
@click.option("--json", "as_json", is_flag=True, help="for programs: all of it as JSON")
def status(places, study, as_json):
    from ..watching.places import in_database, in_folder

    views = []
    for place in places or [DEFAULT]:
        views += in_database(place, study) if "://" in place else [in_folder(place)]
    if as_json:
        print(json.dumps({"studies": [view.to_json() for view in views]}, indent=1))
    else:
        _show(views)


def _show(views):
    from rich.console import Console

    from ..watching.words import listed, shown

    console = Console(soft_wrap=True)
    console.width = max(console.width, 160)
    if len(views) > 1:
        console.print(listed(views))
    for view in views if len(views) == 1 else ():
        shown(view, console)
