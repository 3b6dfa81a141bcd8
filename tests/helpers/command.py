"""The command line, called in this process: ``command("tasks")(["adding"])`` is its exit status."""

from functools import partial

from gatelab.__main__ import main


def command(name):
    """``gatelab NAME``, as a function of the words that follow."""
    return partial(_run, name)


def _run(name, words):
    return main([name, *words])
