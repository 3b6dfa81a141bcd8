"""How many sequences does a cell need until a task's own stop rule is met?

    gatelab solve --tasks temporal_order --variants standard gru --set hidden=8 lr=3e-3
    gatelab solve --tasks timed_spikes --variants peephole --budget 20000 --seeds 10
    gatelab solve --import my_cell.py --tasks long_lag:lag=20 --variants my_cell

Trains one sequence at a time (``batch`` in --set changes that) under the paper's stop rule, with
several seeds; a run that spends its budget is counted as failed. Again: it continues. Nothing is
searched here; ``studies.protocols`` runs settings that were found.
"""

import argparse
import statistics
import sys
from pathlib import Path

from gatelab.errors import StudyError

from .compare import Parser, guarded
from .jobs import Job, results
from .protocols import number, said, spread, table, worst
from .reading import import_file, setting

HEAD = ("task", "cell", "sequences, median (least to most)", "failed", "tested then, worst seed")


def solved(task, variant, settings, budget, seed, files):
    """The record of one run; names and files, for a worker of its own to read."""
    from gatelab import variants
    from gatelab.tasks.user_data.spelled import task_of
    from gatelab.trials.solving import solve

    for file in files:
        import_file(file)
    return solve(task_of(task), variants.get(variant), settings, seed, budget=budget)


def jobs(arguments):
    """A Job for every task, cell and seed; refuses what no worker could run."""
    from gatelab import tasks, variants
    from gatelab.tasks.user_data.spelled import task_of
    from gatelab.trials.settings import complete

    for file in arguments.files:
        import_file(file)
    settings = dict(setting(text) for text in arguments.settings)
    for text in arguments.tasks:
        if (task := task_of(text)).stop is None:
            ruled = [name for name in tasks.names() if tasks.make(name).stop is not None]
            raise StudyError(f"{task.name} has no stop rule; those that have: {', '.join(ruled)}")
        for name in arguments.variants:
            own = variants.hyperparameters(variants.get(name))
            complete({key: value for key, value in settings.items() if key not in own})
            for seed in range(arguments.seeds):
                given = {"task": text, "variant": name, "settings": settings, "seed": seed}
                given |= {"budget": arguments.budget, "files": arguments.files}
                yield Job(f"{text}, {name}, seed {seed}", solved, given, arguments.files)


def row(task, variant, records):
    """As HEAD names it; a run that failed took longer than any number."""
    counts = [r["sequences"] if r["solved"] else float("inf") for r in records]
    failed = counts.count(float("inf"))
    return (
        task, variant, number(statistics.median(counts)) + spread(counts),
        f"{failed} of {len(counts)}", worst(records),
    )  # fmt: skip


def parser():
    """The command line."""
    p = Parser(
        prog="gatelab solve", description=__doc__.partition("\n")[0],
        epilog=__doc__.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    p.add_argument("--tasks", nargs="+", required=True, metavar="TASK", help="with a stop rule")
    p.add_argument("--variants", nargs="+", required=True, metavar="CELL", help="names")
    p.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", dest="settings")
    p.add_argument("--budget", type=int, help="sequences after which a run failed (the rule's)")
    p.add_argument("--seeds", type=int, default=5, help="runs of each (5)")
    p.add_argument("--workers", type=int, default=2, help="processes (2)")
    p.add_argument("--out", type=Path, default="runs/solve", help="folder of the runs (runs/solve)")
    p.add_argument(
        "--import", nargs="+", default=[], metavar="FILE", dest="files",
        help="Python files that register cells or tasks of your own",
    )  # fmt: skip
    return p


def show(arguments):
    """Run what is left and print the table."""
    for name in ("seeds", "workers", "budget"):
        given = getattr(arguments, name)
        if given is not None and given < 1:
            raise StudyError(f"{name} is {given}; give at least 1")
    listed = list(jobs(arguments))
    found = results(listed, arguments.out, arguments.workers, said)
    groups = {}
    for job in listed:
        key = job.given["task"], job.given["variant"]
        groups.setdefault(key, []).append(found[job.name])
    print(table(HEAD, [row(*key, records) for key, records in groups.items()]))


def main(argv=None):
    """The exit status: 0, 2 for bad input, 130 after Ctrl-C."""
    arguments = parser().parse_args(argv)
    return guarded(lambda: show(arguments))


if __name__ == "__main__":
    sys.exit(main())
