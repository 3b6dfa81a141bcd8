"""Forecast what comes after the latest rows of a table, with a study's best network.

    gatelab forecast runs/own load --rows latest.csv
    gatelab forecast runs/own load --rows latest.csv --figure next.png --csv next.csv
    gatelab forecast runs/own load --rows latest.csv:sort=True --cell gru

The study's folder is all that is needed: the network that was best on validation, and how the
table was read and scaled. Rows are read as the table was; options after a colon say what is
different. Columns may come in any order, and further columns are ignored. Each forecast is in
the table's own units and stands beside the naive ones: the last value and, if the task has a
season, the value of one season before.
"""

import sys

import click

from . import options
from .words import command


@command("forecast", __doc__)
@click.argument("out", type=options.PATH)
@click.argument("task", type=options.TASK)
@click.option("--rows", required=True, metavar="FILE", help="the latest rows, at least a window")
@click.option("--cell", type=options.CELL, metavar="CELL", help="whose network (the best)")
@click.option("--figure", type=options.PATH, metavar="FILE", help="draw it after the latest rows")
@click.option("--csv", type=options.PATH, metavar="FILE", help="write it as a table")
@options.import_files
def forecast(out, task, rows, cell, figure, csv, files):
    from gatelab.tasks.figures import forecasts
    from gatelab.tasks.figures.figure import checked_path
    from gatelab.tasks.user_data.spelled import typed_file

    from .. import Result
    from ..errors import StudyError

    if figure:
        checked_path(figure)
    fitted = Result.load(out).best(task, cell)
    prepared = fitted.forecasting
    file, reading = typed_file(rows)
    table = prepared.read(file, **reading)
    found = fitted.forecast(table)
    for note in (*table.notes, *prepared.strangers(table)):
        print(f"note: {note}", file=sys.stderr)
    print(f"{fitted.task} by {fitted.cell}, {fitted.metric} {fitted.score:.4g} on validation")
    print(found.to_string(float_format="{:.6g}".format))
    if csv:
        try:
            found.to_csv(csv)
        except OSError as error:
            raise StudyError(f"{csv} cannot be written: {error.strerror}") from None
    if figure:
        forecasts.save(prepared, table, found, figure)
