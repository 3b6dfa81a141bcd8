"""Which variant is best on which task, under equal conditions?

    gatelab compare --tasks adding digits --variants standard gru --trials 20 --workers 2
    gatelab compare --tasks adding:length=100 --variants standard gru --set updates=6000
    gatelab compare --tasks load.csv:window=48,horizon=12 --variants standard gru
    gatelab compare --tasks adding --variants gru --set hidden=64 lr=1e-3 --seeds 10
    gatelab compare --import my_cell.py --tasks digits --variants standard my_cell
    gatelab compare --tasks digits --variants gru --search lr=1e-4:1e-2:log batch=16,32

Running the same command again continues where it stopped; Ctrl-C is safe at any time.
"""

import argparse
import signal
import sys

from gatelab.errors import LayerError, StudyError
from gatelab.parsing import Parser
from gatelab.tasks.user_data.spelled import task_of

from .reading import import_file, range_of, setting

EPILOG = __doc__.partition("\n\n")[2]


def parser():
    """The command line."""
    p = Parser(
        prog="gatelab compare",
        description=__doc__.partition("\n")[0],
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument(
        "--tasks",
        nargs="+",
        required=True,
        metavar="TASK",
        help="names (gatelab tasks lists them) or files of your own (.csv, .txt, .npz), "
        "with options as adding:length=100",
    )
    p.add_argument(
        "--variants",
        nargs="+",
        required=True,
        metavar="CELL",
        help="names (gatelab cells lists them)",
    )
    p.add_argument("--trials", type=int, default=20, help="per task and variant (20)")
    p.add_argument("--sampler", default="tpe", help="tpe or random (tpe)")
    p.add_argument(
        "--pruning",
        action=argparse.BooleanOptionalAction,
        help="give hopeless trials up early (with tpe: on)",
    )
    p.add_argument("--workers", type=int, default=2, help="processes (2)")
    p.add_argument("--seed", type=int, default=0, help="of every draw (0)")
    p.add_argument("--out", help="folder of the study (runs; runs/seeds with --seeds)")
    p.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="hyperparameters that are not searched",
    )
    p.add_argument("--seeds", type=int, help="no search: the given settings, that many seeds")
    p.add_argument(
        "--search",
        nargs="+",
        default=[],
        metavar="NAME=LOW:HIGH[:log]",
        help="ranges to search instead of the default ones; NAME=a,b,c for a choice",
    )
    p.add_argument(
        "--finals",
        type=int,
        default=3,
        help="fresh seeds that the best configuration is trained again with (3)",
    )
    p.add_argument(
        "--import",
        nargs="+",
        default=[],
        metavar="FILE",
        dest="files",
        help="Python files that register cells or tasks of your own",
    )
    p.add_argument("--tracking-uri", help="an MLflow server, instead of the folder's database")
    p.add_argument("--quiet", action="store_true", help="no progress, no leaderboard")
    return p


def study(arguments):
    """The study that the command line asks for."""
    from gatelab import Study

    for file in arguments.files:
        import_file(file)
    return Study(
        tasks=[task_of(text) for text in arguments.tasks],
        variants=arguments.variants,
        trials=arguments.trials,
        sampler=arguments.sampler,
        pruning=arguments.pruning,
        seed=arguments.seed,
        workers=arguments.workers,
        out=arguments.out or ("runs/seeds" if arguments.seeds else "runs"),
        settings=dict(setting(text) for text in arguments.settings),
        seeds=arguments.seeds,
        search=dict(range_of(text) for text in arguments.search),
        finals=arguments.finals,
        tracking_uri=arguments.tracking_uri,
        quiet=arguments.quiet,
    )


def main(argv=None):
    """Run; returns the exit status: 0, 2 for bad input, 130 after Ctrl-C."""
    arguments = parser().parse_args(argv)
    return guarded(lambda: study(arguments).run())


def guarded(action):
    """Call an action; what a user did wrong becomes one line and status 2."""
    from gatelab.tasks import TaskError
    from gatelab.variants import VariantError

    try:
        action()
    except (StudyError, LayerError, TaskError, VariantError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # people press it more than once
        print("stopped; everything finished is kept: run the same command again to continue",
              file=sys.stderr)  # fmt: skip
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
