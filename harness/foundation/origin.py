"""The origin of a result: the command, the date, the kind of processor, the commit."""

import re
import shlex
import subprocess
import sys
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

from .processor import processor
from .secrets import masked

#: Matches the output of ``line``.
LINE = re.compile(
    r"Made by `(?P<command>[^`\n]+)` on (?P<day>\d{4}-\d\d-\d\d); "
    r"processor (?P<processor>[^;\n]+); commit (?P<commit>[^.\n]+)\."
)
HERE = Path(__file__).parent


def line() -> str:
    """A sentence for the end of a table or the description of a picture."""
    return f"Made by `{command()}` on {date.today()}; processor {processor()}; commit {commit()}."


def command() -> str:
    """The command line of this process, such as "gatelab solve gru"; passwords are masked."""
    program = Path(sys.argv[0])
    name = "gatelab" if program.parent.name == HERE.parent.name else program.name
    return shlex.join(masked(word.replace("`", "'")) for word in [name, *sys.argv[1:]])


@cache
def commit() -> str:
    """The commit of the checkout, "with changes" if it has any; "none" outside a checkout."""
    with suppress(OSError, subprocess.SubprocessError):
        _git("ls-files", "--error-unmatch", Path(__file__).name)
        changes = " with changes" if _git("status", "--porcelain", "--untracked-files=no") else ""
        return _git("rev-parse", "--short=10", "HEAD") + changes
    return "none"


def _git(*words):
    found = subprocess.run(
        ["git", *words], cwd=HERE, capture_output=True, text=True, timeout=10, check=True
    )
    return found.stdout.strip()
