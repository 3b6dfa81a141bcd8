"""`gatelab cells` refuses in one line; it behaves as a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cells_command import MINE, main
from helpers.processes import ROOT


def started(*arguments, **options):
    command = [sys.executable, "-W", "error", "-m", "gatelab", "cells", *arguments]
    env = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    env |= options.pop("env", {})
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True, **options
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["peepole"], "unknown variant 'peepole'; did you mean peephole"),
        (["zzzzz"], "unknown variant 'zzzzz'; known: antisymmetric, "),
        (["rhn:dept=2"], "unknown hyperparameter of rhn 'dept'; did you mean depth?"),
        (["rhn:depth=x"], "hyperparameter depth is 'x'; give a whole number like 3"),
        (["--matching", "zebra"], "no cell has 'zebra' in its name, summary or citation"),
        (["gru", "--diagram", "no/where.svg"], "cannot write no/where.svg: No such file or"),
        (["--latex"], "no cell is named; write gatelab cells NAME and the option"),
        (["gru", "--hidden", "0"], "hidden is 0; give a whole number of at least 1"),
        (["--inputs", "-1"], "inputs is -1; give a whole number of at least 1"),
        (["--import", "no_such.py"], "no file no_such.py; give the path of a Python file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, said):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: {said}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize("broken", ["1 / 0", "import nowhere", "def step(:"])
def test_a_file_that_cannot_be_imported(capsys, mine, broken):
    Path(mine).write_text(broken)
    assert main(["--import", mine]) == 2
    assert capsys.readouterr().err.startswith(f"error: {mine}:1: ")


@pytest.mark.parametrize("name", ["mine", None])
def test_a_cell_that_cannot_be_traced(capsys, mine, name):
    Path(mine).write_text(MINE.replace("tanh(p.s_m * m)", "m.sum()"))
    assert main(["--import", mine, *filter(None, [name])]) == 2
    err = capsys.readouterr().err
    assert (
        "my_cell.py:19: `return z * h + self.beta * m.sum(), m`: a value of the step has no" in err
    )
    assert err.count("\n") == 1


def test_only_one_rendering_at_a_time(capsys):
    assert main(["gru", "--latex", "--numpy"]) == 2
    said = capsys.readouterr().err
    assert said == "error: --numpy is not allowed with --latex; choose one\n"


# -- as a process ------------------------------------------------------------------------------


def test_as_a_process():
    done = started("gru")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    assert "h' = (1 - z) * n + z * h" in out


def test_the_status_reaches_the_shell():
    done = started("peepole")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out) == (2, "")
    assert err == "error: unknown variant 'peepole'; did you mean peephole or coupled_peephole?\n"


@pytest.mark.parametrize("arguments", [[], ["standard"], ["standard", "--kernel"]])
def test_a_reader_that_goes_away_is_no_error(arguments):
    process = started(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (0, "")


def test_a_terminal_without_unicode():
    done = started(env={"PYTHONIOENCODING": "ascii"})
    out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    assert "peephole" in out
