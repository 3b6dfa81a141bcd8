"""Python in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

#: The root of the project.
ROOT = Path(__file__).parents[2]


def python(*arguments, folder=None, input=None, timeout=120, **environment):
    """Run the interpreter of these tests; {status, output and complaints} as text.

    What a study of an earlier test chose for OpenBLAS is not handed on.

    Args:
        folder: where it runs; None: where the tests do.
        input: what it reads from standard input.
        environment: variables to set.
    """
    kept = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        cwd=folder, input=input, env=kept | environment,
    )  # fmt: skip


def printed(code, **options):
    """What a program prints; it must end well and complain of nothing, warnings being errors."""
    ended = python("-W", "error", "-c", code, **options)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout
