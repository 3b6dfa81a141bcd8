"""Arguments and options shared by several commands."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from .words import Several


class Names(click.ParamType):
    """Names in a registry, or files; a shell completes both. Nothing is checked here."""

    def __init__(self, name, names):
        self.name, self.names = name, names

    def shell_complete(self, ctx, param, incomplete):
        found = [n for n in self.names() if n.startswith(incomplete)]
        return [CompletionItem(n) for n in found] or [CompletionItem(incomplete, type="file")]


def _cells():
    from gatelab import variants

    return variants.names()


def _tasks():
    from gatelab import tasks

    return tasks.names()


CELL, TASK = Names("cell", _cells), Names("task", _tasks)
PATH = click.Path(path_type=Path)


def tasks(about="names (gatelab tasks lists them) or files of your own (.csv, .txt, .npz, .ts), "
          "with options as adding:length=100"):  # fmt: skip
    """``--tasks TASK ...``."""
    return click.option(
        "--tasks", cls=Several, required=True, type=TASK, metavar="TASK ...", help=about
    )


def variants(about="names (gatelab cells lists them), with options as rhn:depth=5", required=True):
    """``--variants CELL ...``."""
    return click.option(
        "--variants", cls=Several, required=required, type=CELL, metavar="CELL ...", help=about
    )


def out(default, about):
    """``--out PATH``."""
    shown = f"{about} ({default})" if default else about
    return click.option("--out", type=PATH, default=default, metavar="PATH", help=shown)


def _imported(ctx, param, files):
    """Import the files, so that their cells and tasks are registered before the command begins."""
    from ..foundation.user_files import import_file

    return [import_file(file) for file in files if not ctx.resilient_parsing]


import_files = click.option(
    "--import", "files", cls=Several, suffix=".py", metavar="FILE ...", callback=_imported,
    help="Python files that register cells or tasks of your own",
)  # fmt: skip


settings = click.option(
    "--set", "settings", cls=Several, metavar="NAME=VALUE ...",
    help="hyperparameters that are not searched",
)  # fmt: skip
seed = click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="of every draw (0)"
)
workers = click.option("--workers", type=int, default=2, metavar="N", help="processes (2)")
write = click.option(
    "--write", type=PATH, metavar="FILE",
    help="make a Markdown page, a CSV file and a picture from the draws that there are; train none",
)  # fmt: skip
tracking_uri = click.option(
    "--tracking-uri", metavar="URI",
    help="an MLflow server, instead of the folder's database (MLFLOW_TRACKING_URI)",
)  # fmt: skip
quiet = click.option("--quiet", is_flag=True, help="no progress, nothing printed")


def one_of(**given):
    """Refuse options that exclude each other; a true value means that the option was given."""
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if len(names) > 1:
        raise click.UsageError(f"{names[1]} is not allowed with {names[0]}; choose one")
