"""What a shell is told when somebody presses Tab."""

import os
import subprocess
import sys

import pytest
from helpers.packages import install

from gatelab import tasks, variants
from gatelab.cli.command import COMMANDS


def completed(*words, **environment):
    """The words that bash would offer in place of the last one."""
    env = (
        os.environ
        | environment
        | {
            "_GATELAB_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["gatelab", *words]),
            "COMP_CWORD": str(len(words)),
        }
    )
    ended = subprocess.run(
        [sys.executable, "-m", "gatelab"], env=env, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return [line.partition(",")[2] for line in ended.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["c"], ["compare", "cells", "certify", "check-task", "claims", "calibrate", "cache"]),
        (["cells", "peep"], ["peephole"]),
        (["cells", "--lat"], ["--latex"]),
        (["certify", "rnn", "gru_"], ["gru_reset_after"]),
        (["tasks", "add"], ["adding", "adding_ragged"]),
        (["compare", "--tasks", "add"], ["adding", "adding_ragged"]),
        (["compare", "--tasks", "digits", "add"], ["adding", "adding_ragged"]),
        (["compare", "--tasks", "digits", "--variants", "gru", "peep"], ["peephole"]),
        (["compare", "--tasks", "digits", "--see"], ["--seed", "--seeds"]),
    ],
    ids=" ".join,
)
def test_commands_options_and_names_are_completed(words, offered):
    assert completed(*words) == offered


def test_everything_is_offered_where_nothing_is_typed():
    assert completed("") == [*COMMANDS]
    assert completed("cells", "") == variants.names()
    assert completed("compare", "--tasks", "") == tasks.names()


def test_a_broken_package_says_nothing_while_somebody_types(tmp_path):
    install(tmp_path, "broken", "1 / 0", "broken")
    assert completed("cells", "peep", PYTHONPATH=str(tmp_path)) == ["peephole"]


def test_the_shell_is_given_its_function():
    env = os.environ | {"_GATELAB_COMPLETE": "bash_source"}
    command = [sys.executable, "-m", "gatelab"]
    script = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert "_GATELAB_COMPLETE=bash_complete" in script
    assert "complete -o nosort -F" in script
