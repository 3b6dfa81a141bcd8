"""Which cell, if one does not know the task? Nine cells on ten small tasks, one answer.

    gatelab survey
    gatelab survey --write docs/results/survey.md

Takes half an hour on two idle cores (estimated); run again, it continues where it stopped. The
second command trains nothing: it makes the page from the draws that there are, also of a study that
is running. Which cells and tasks, and why: studies/survey.py.
"""

import click

from . import options
from .ending import continuing
from .words import command


@command("survey", __doc__)
@click.option("--trials", type=int, default=40, metavar="N", help="draws per task and cell (40)")
@options.out("runs/survey", "folder of the study")
@options.workers
@options.write
def survey(trials, workers, out, write):
    from gatelab.studies.survey_page import show

    with continuing():
        show(trials, workers, out, write)
