"""``gatelab`` and its subcommands, each imported when it is needed."""

import importlib
import os
import sys
import warnings

import click
from click.shell_completion import shell_complete

from ..foundation.errors import unknown
from .ending import guarded

COMMANDS = (
    "compare", "first", "report", "ui", "status", "sync", "replay", "cells", "certify", "tasks",
    "check-task", "export", "generate", "forecast", "serve", "solve", "protocols", "acceptance",
    "activations", "odyssey", "survey", "claims", "calibrate", "bench", "soak", "cache",
    "doctor",
)  # fmt: skip
COMPLETING = "_GATELAB_COMPLETE"  # set by a shell that asks for completions


class Commands(click.Group):
    """Subcommands by name; the module of one is imported when it is used or listed."""

    def list_commands(self, ctx):
        return [*COMMANDS]

    def get_command(self, ctx, name):
        if name not in COMMANDS:
            return None
        function = name.replace("-", "_")
        return getattr(importlib.import_module(f".{function}", __package__), function)

    def resolve_command(self, ctx, args):
        if args[0] in COMMANDS or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise unknown("command", args[0], COMMANDS, click.UsageError)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="gatelab", message="%(prog)s %(version)s")
@click.pass_context
def gatelab(ctx):
    """A bench on which recurrent cells are compared fairly.

    gatelab COMMAND --help says what a command does, with examples.
    """
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def main(argv=None):
    """Run a command line.

    Args:
        argv: the words after ``gatelab``; those of the process if None.

    Returns:
        the exit status: 0, 1 for a check that failed, 2 for bad input, 3 if a study
        is done but MLflow lacks some of it, 130 after Ctrl-C, 143 after SIGTERM.
    """
    if asked := os.environ.get(COMPLETING):
        warnings.simplefilter("ignore")  # a warning would garble a half-typed line
        return shell_complete(gatelab, {}, "gatelab", COMPLETING, asked)
    if argv is None:
        # Processes that a command starts must not import what happens to be in the working
        # folder, such as a random.py.
        os.environ["PYTHONSAFEPATH"] = "1"
        argv = sys.argv[1:]
    return guarded(lambda: _run([*map(str, argv)]))


def _run(argv):
    with gatelab.make_context("gatelab", argv) as context:
        return gatelab.invoke(context)
