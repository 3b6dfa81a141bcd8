"""Which variant is best on which task, under equal conditions?

    gatelab compare --tasks adding digits --variants standard gru --trials 20 --workers 2
    gatelab compare --tasks adding:length=100 --variants standard gru --set updates=6000
    gatelab compare --tasks load.csv:window=48,horizon=12 --variants standard gru
    gatelab compare --tasks adding --variants gru --set hidden=64 lr=1e-3 --seeds 10
    gatelab compare --import my_cell.py --tasks digits --variants standard my_cell
    gatelab compare --tasks digits --variants gru --search lr=1e-4:1e-2:log batch=16,32

Running the same command again continues where it stopped; Ctrl-C is safe at any time.
"""

import click

from . import options
from .ending import NOT_ALL_LOGGED, continuing
from .words import Several, command


@command("compare", __doc__)
@options.tasks()
@options.variants()
@click.option("--trials", type=int, default=20, metavar="N", help="per task and variant (20)")
@click.option(
    "--sampler", default="random", metavar="NAME", help="random, tpe, gp or cmaes (random)"
)
@click.option(
    "--pruning/--no-pruning", default=None, help="give hopeless trials up early (with tpe: on)"
)
@click.option("--pruner", metavar="NAME", help="median, hyperband or halving; turns pruning on")
@options.workers
@options.seed
@options.out(None, "folder of the study (runs; runs/seeds with --seeds)")
@options.settings
@click.option("--seeds", type=int, metavar="N", help="no search: the given settings, N seeds")
@click.option(
    "--search",
    cls=Several,
    metavar="NAME=LOW:HIGH[:log] ...",
    help="ranges to search instead of the default ones; NAME=a,b,c for a choice",
)
@click.option(
    "--finals",
    type=int,
    default=3,
    metavar="N",
    help="fresh seeds that the best configuration is trained again with (3)",
)
@click.option("--reference", metavar="CELL", help="compare the others with it (the first variant)")
@click.option(
    "--margin",
    type=float,
    metavar="X",
    help="differences up to X count as equal (half a standard deviation of the seed noise)",
)
@click.option(
    "--noise-draws",
    type=int,
    default=10,
    metavar="N",
    help="draws of the reference that are trained twice, to measure that noise (10)",
)
@click.option(
    "--confirm",
    type=int,
    default=8,
    metavar="N",
    help="configurations that both cells of a comparison train again (8)",
)
@click.option("--page/--no-page", default=True, help="write report.html at the end (yes)")
@options.import_files
@options.tracking_uri
@click.option(
    "--storage",
    metavar="URL",
    help="a PostgreSQL database for the trials, instead of the folder's file (GATELAB_STORAGE)",
)
@click.option(
    "--cluster", metavar="ADDRESS",
    help="train on a Dask cluster: tcp://HOST:PORT, or the path of its scheduler.json",
)  # fmt: skip
@click.option(
    "--patience-seconds",
    type=float,
    metavar="S",
    help="end a trial without progress for so long, and start it once more (1800, or 20 times "
    "the estimate)",
)
@click.option(
    "--checkpoint-seconds",
    type=float,
    default=30,
    metavar="S",
    help="working time of a trial between two checkpoints (30)",
)
@click.option(
    "--log-wait", type=float, default=60, metavar="S",
    help="at the end, wait at most so long until MLflow has everything (60)",
)  # fmt: skip
@click.option(
    "--retry-failed", is_flag=True, help="train again what failed by an error, not what diverged"
)
@click.option(
    "--as-copy", is_flag=True, help="the folder is a copy: make it a study of its own (once)"
)
@options.quiet
def compare(files, settings, search, out, seeds, **asked):
    from .. import Study
    from .reading import range_of, setting

    study = Study(
        settings=dict(map(setting, settings)), search=dict(map(range_of, search)), seeds=seeds,
        out=out or ("runs/seeds" if seeds else "runs"), **asked,
    )  # fmt: skip
    with continuing():
        return NOT_ALL_LOGGED if study.run().unsent else 0
